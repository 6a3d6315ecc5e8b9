import type { Point } from '../stream/types';
import { angleDeg, pathPx, type RunMark, type Shape } from './marks';

export type Tool = 'length' | 'angle' | 'lines' | 'stenosis' | 'calibrate' | 'annotate' | 'zoom' | 'region';
export type Scale = 'isocentre' | 'known' | 'height' | 'marker' | 'none';
export type Send = (name: string, args: Record<string, unknown>) => boolean;

export const TOOL_WORDS: Record<Tool, string> = {
  length: 'Click two points',
  angle: 'Click three points, the vertex second',
  lines: 'Click two points on each of two lines',
  stenosis: 'Click along the vessel; click the last point again',
  calibrate: 'Click both ends of the known object',
  annotate: 'Click where the note belongs',
  zoom: 'Drag up to enlarge, down to shrink',
  region: 'Click two corners of the region',
};
const POINTS: Partial<Record<Tool, number>> = { length: 2, angle: 3, lines: 4, calibrate: 2, annotate: 1, stenosis: 20, region: 2 };
const SAME_PX = 6;

/** Drawing on frames of runs: what millimetres rest on, one tool at a time, marks kept by the session or here. */
export class Tools {
  tool = $state<Tool | null>(null);
  /** Index of the picture that is being drawn on. */
  image = $state(0);
  points = $state.raw<Point[]>([]);
  loose = $state.raw<Point | null>(null);
  asking = $state<'length' | 'marker' | 'words' | null>(null);
  scale = $state<Scale>('isocentre');
  /** Height of the object above the table top. */
  heightMm = $state(100);
  /** A known object is a line of a length; marker bands are a line with bands at a spacing. */
  calibrateBy = $state<'known' | 'marker'>('known');
  /** Marks of a page that only watches: they end with it. */
  own = $state.raw<RunMark[]>([]);
  /** Two corners of a region for a curve, pixels of the frame. */
  onRegion: (a: Point, b: Point) => void = () => {};
  private known: { length_mm: number; points: Point[] } | null = null;
  private marker: { spacing_mm: number; count: number; points: Point[] } | null = null;
  private nextOwn = -1;

  /** @param send gives a command to the session; false where this page only watches. */
  constructor(
    private readonly send: Send,
    private readonly onMade: () => void,
  ) {}

  use(tool: Tool | null): void {
    this.cancel();
    this.tool = this.tool === tool ? null : tool;
  }

  cancel(): void {
    this.points = [];
    this.loose = null;
    this.asking = null;
  }

  get canUse(): Record<Scale, boolean> {
    return { isocentre: true, known: !!this.known, height: true, marker: !!this.marker, none: true };
  }

  /** Millimetres a pixel, where the page itself can tell (at the table's height only the session can). */
  mmPerPixel(isoMm: number): number | null {
    if (this.scale === 'isocentre') return isoMm || null;
    if (this.scale === 'known' && this.known) return this.known.length_mm / pathPx(this.known.points);
    if (this.scale === 'marker' && this.marker) return (this.marker.spacing_mm * this.marker.count) / pathPx(this.marker.points);
    return null;
  }

  private calibrated(): Record<string, unknown> | null {
    if (this.scale === 'isocentre') return { kind: 'isocentre' };
    if (this.scale === 'height') return { kind: 'height', height_mm: this.heightMm };
    if (this.scale === 'known' && this.known) return { kind: 'known', ...this.known };
    if (this.scale === 'marker' && this.marker) return { kind: 'marker', ...this.marker };
    return null;
  }

  /** A click at a pixel of a picture. */
  click(at: Point, image: number, isoMm: number): void {
    const { tool } = this;
    if (!tool || tool === 'zoom' || this.asking) return;
    if (image !== this.image) this.cancel();
    this.image = image;
    const last = this.points.at(-1);
    if (tool === 'stenosis' && last && this.points.length > 1 && pathPx([last, at]) < SAME_PX) {
      this.finish(isoMm);
      return;
    }
    if (last && pathPx([last, at]) < 1) return;
    this.points = [...this.points, at];
    if (this.points.length >= (POINTS[tool] ?? 2)) this.finish(isoMm);
  }

  /** The last point is there. */
  finish(isoMm: number): void {
    const { tool, points, image } = this;
    if (tool === 'calibrate') this.asking = this.calibrateBy === 'marker' ? 'marker' : 'length';
    else if (tool === 'annotate') this.asking = 'words';
    else if (tool === 'region') {
      const [a, b] = points;
      if (a && b) this.onRegion(a, b);
      this.cancel();
    } else if (tool === 'length') this.make('measure.add', { image, points, calibrated: this.calibrated() }, this.ownLength(isoMm));
    else if (tool === 'angle' || tool === 'lines') this.make('measure.angle', { image, points }, { kind: 'angle', angle_deg: angleDeg(points) });
    else if (tool === 'stenosis' && points.length > 1) this.make('measure.stenosis', { image, points, calibrated: this.calibrated() }, null);
  }

  private ownLength(isoMm: number): Partial<RunMark> {
    const mm = this.mmPerPixel(isoMm);
    const px = pathPx(this.points);
    return { kind: 'measurement', length_px: px, length_mm: mm && px * mm, calibrated: mm ? { kind: this.scale as 'isocentre' | 'known' } : null };
  }

  private make(name: string, args: Record<string, unknown>, own: Partial<RunMark> | null): void {
    if (this.send(name, args)) this.onMade();
    else if (own) this.own = [...this.own, { id: this.nextOwn--, image: this.image, points: this.points, ...own } as RunMark];
    this.cancel();
  }

  answerWords(text: string): void {
    const words = text.trim();
    if (words) this.make('annotate.add', { image: this.image, points: this.points, text: words }, { kind: 'annotation', text: words });
    else this.cancel();
  }

  /** Length of the known object, or spacing and number of the bands' intervals; false when they cannot be. */
  answerScale(mm: number, count = 1): boolean {
    if (!(mm > 0) || !(count >= 1) || pathPx(this.points) < 2) return false;
    if (this.asking === 'marker') {
      this.marker = { spacing_mm: mm, count: Math.round(count), points: this.points };
      this.scale = 'marker';
    } else {
      this.known = { length_mm: mm, points: this.points };
      this.scale = 'known';
    }
    this.tool = 'length';
    this.cancel();
    return true;
  }

  removeOwn(id: number): void {
    this.own = this.own.filter((mark) => mark.id !== id);
  }

  /** The mark being drawn. */
  drawing(image: number, isoMm: number): Shape | null {
    const points = this.loose ? [...this.points, this.loose] : this.points;
    if (image !== this.image || !this.points.length || points.length < 2) return null;
    const mm = this.mmPerPixel(isoMm);
    const px = pathPx(points);
    let words = '';
    if (this.tool === 'length') words = mm ? `${(px * mm).toFixed(1)} mm` : `${px.toFixed(0)} px`;
    else if (this.tool === 'angle' && points.length === 3) words = `${angleDeg(points).toFixed(1)}°`;
    const [a, b] = points as [Point, Point];
    if (this.tool === 'region') return { id: 0, lines: [[a, [b[0], a[1]], b, [a[0], b[1]], a]], edges: [], words, at: b, open: true };
    return { id: 0, lines: this.tool === 'lines' && points.length > 2 ? [points.slice(0, 2), points.slice(2)] : [points], edges: [], words, at: points.at(-1) as Point, open: true };
  }
}

import type { Room } from '../stream/room.svelte';
import type { Point } from '../stream/types';
import { fromBands, fromKnownLength, type Calibration } from '../viewport/measure';

export type Tool = 'measure' | 'angle' | 'calibrate' | 'marker' | 'height' | 'annotate';
export type Question = 'length' | 'bands' | 'height' | 'words';

/** Clicks that a tool wants before it is done or asks. */
const CLICKS: Record<Tool, number> = { measure: 2, angle: 3, calibrate: 2, marker: 2, height: 0, annotate: 1 };
const ASKS: Partial<Record<Tool, Question>> = { calibrate: 'length', marker: 'bands', height: 'height', annotate: 'words' };

/** Drawing on the picture: one tool at a time; every mark can be taken back. */
export class Marks {
  tool = $state<Tool | null>(null);
  /** The picture that is being drawn on. */
  image = $state(0);
  /** Points clicked so far, in pixels of that picture. */
  points = $state.raw<Point[]>([]);
  /** Where the pointer is while a line is being drawn. */
  loose = $state.raw<Point | null>(null);
  /** What the drawn object still needs: its length, its words. */
  asking = $state<Question | null>(null);
  calibration = $state.raw<Calibration>({ method: 'none' });
  /** Did the person choose, or does the isocentre scale stand in? */
  byIsocentre = $state(true);
  /** The chosen calibration as the room wants it. */
  private data: Record<string, unknown> | null = null;

  constructor(private readonly room: Room) {}

  /** What lengths mean now: what was calibrated, else the scale at the isocentre, else pixels. */
  current(pixelMm: number): Calibration {
    if (this.calibration.method !== 'none') return this.calibration;
    if (this.byIsocentre) return { method: 'isocentre', mm_per_pixel: pixelMm };
    return { method: 'none' };
  }

  use(tool: Tool): void {
    const again = this.tool === tool;
    this.cancel();
    this.tool = again ? null : tool;
    if (this.tool === 'height') this.asking = 'height';
  }

  cancel(): void {
    this.points = [];
    this.loose = null;
    this.asking = null;
    if (this.tool === 'height') this.tool = null;
  }

  /** A click on the picture at pixel `at`. */
  click(at: Point, image: number, pixelMm: number): void {
    const { tool } = this;
    if (!tool || this.asking) return;
    if (image !== this.image) this.cancel();
    this.image = image;
    this.points = [...this.points, at];
    if (this.points.length < CLICKS[tool]) return;
    this.asking = ASKS[tool] ?? null;
    if (this.asking) return;
    const { points } = this;
    if (tool === 'angle') this.room.send('measure.angle', { image, points });
    else this.room.send('measure.add', { image, points, calibrated: this.asData(this.current(pixelMm)) });
    this.cancel();
  }

  /** Length of the object under the line; for bands their spacing and how many intervals the line covers. */
  answerLength(mm: number, intervals: number): boolean {
    const [a, b] = this.points;
    if (!a || !b) return false;
    const bands = this.asking === 'bands';
    const made = bands ? fromBands([a, b], mm, intervals) : fromKnownLength([a, b], mm);
    if (made.method === 'none') return false;
    this.calibrate(made, bands ? { kind: 'marker', spacing_mm: mm, count: intervals, points: [a, b] } : { kind: 'known', length_mm: mm, points: [a, b] });
    return true;
  }

  /** Height of the object above the table top. */
  answerHeight(mm: number): boolean {
    if (!(mm >= 0 && mm <= 600)) return false;
    this.calibrate({ method: 'table height', mm_per_pixel: null }, { kind: 'height', height_mm: mm });
    return true;
  }

  answerWords(text: string): void {
    const [at] = this.points;
    const words = text.trim();
    if (at && words) {
      this.room.send('annotate.add', { image: this.image, points: [at], text: words });
    }
    this.cancel();
  }

  setCalibration(method: 'none' | 'isocentre'): void {
    this.calibration = { method: 'none' };
    this.byIsocentre = method === 'isocentre';
  }

  undo(): void {
    if (this.points.length) {
      this.cancel();
      return;
    }
    this.room.send('annotate.undo');
  }

  private calibrate(made: Calibration, data: Record<string, unknown>): void {
    this.calibration = made;
    this.data = data;
    this.cancel();
    this.tool = 'measure';
  }

  private asData({ method }: Calibration): Record<string, unknown> | null {
    if (method === 'isocentre') return { kind: 'isocentre' };
    return method === 'none' ? null : this.data;
  }
}

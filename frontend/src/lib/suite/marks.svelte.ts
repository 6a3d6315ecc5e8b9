import type { Room } from '../stream/room.svelte';
import type { Point } from '../stream/types';
import { fromKnownLength, type Calibration } from '../viewport/measure';

export type Tool = 'measure' | 'calibrate' | 'annotate';

/** Drawing on the picture: one tool at a time, two clicks a line, one click a note; every mark can be taken back. */
export class Marks {
  tool = $state<Tool | null>(null);
  /** The picture that is being drawn on. */
  image = $state(0);
  /** Points clicked so far, in pixels of that picture. */
  points = $state.raw<Point[]>([]);
  /** Where the pointer is while a line is being drawn. */
  loose = $state.raw<Point | null>(null);
  /** The line of a known object that waits for its length, or the note that waits for its words. */
  asking = $state<'length' | 'words' | null>(null);
  calibration = $state.raw<Calibration>({ method: 'none' });
  /** Did the person choose, or does the isocentre scale stand in? */
  byIsocentre = $state(true);
  private knownLine: { length_mm: number; points: [Point, Point] } | null = null;

  constructor(private readonly room: Room) {}

  /** What lengths mean now: a known length if one was drawn, else the scale at the isocentre, else pixels. */
  current(pixelMm: number): Calibration {
    if (this.calibration.method === 'known length') return this.calibration;
    if (this.byIsocentre) return { method: 'isocentre', mm_per_pixel: pixelMm };
    return { method: 'none' };
  }

  use(tool: Tool): void {
    this.cancel();
    this.tool = this.tool === tool ? null : tool;
  }

  cancel(): void {
    this.points = [];
    this.loose = null;
    this.asking = null;
  }

  /** A click on the picture at pixel `at`. */
  click(at: Point, image: number, pixelMm: number): void {
    if (!this.tool || this.asking) return;
    if (image !== this.image) this.cancel();
    this.image = image;
    this.points = [...this.points, at];
    if (this.tool === 'annotate') {
      this.asking = 'words';
      return;
    }
    const [a, b] = this.points;
    if (!a || !b) return;
    if (this.tool === 'calibrate') {
      this.asking = 'length';
      return;
    }
    const calibrated = this.current(pixelMm);
    this.room.send('measure.add', { image, points: [a, b], calibrated: this.asData(calibrated) });
    this.cancel();
  }

  /** Length of the object under the calibration line. */
  answerLength(mm: number): boolean {
    const [a, b] = this.points;
    if (!a || !b) return false;
    const made = fromKnownLength([a, b], mm);
    if (made.method === 'none') return false;
    this.calibration = made;
    this.knownLine = { length_mm: mm, points: [a, b] };
    this.tool = 'measure';
    this.cancel();
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

  private asData(calibration: Calibration): Record<string, unknown> | null {
    if (calibration.method === 'isocentre') return { kind: 'isocentre' };
    if (calibration.method === 'known length' && this.knownLine) return { kind: 'known', ...this.knownLine };
    return null;
  }
}

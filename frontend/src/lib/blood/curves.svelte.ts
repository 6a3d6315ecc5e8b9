import type { RunDetail } from '../review/data';
import { curveFacts, type CurveFacts } from './curve';
import { SmallFrames, type Region } from './small_frames';
import { timeToPeak, type PeakMap } from './time_to_peak';

export const MOST_REGIONS = 4;
/** A region is at least as large as this share of the picture. */
const LEAST = 0.008;

export interface Curve {
  name: string;
  values: number[];
  facts: CurveFacts | null;
}

/** What curves need of the viewer that they belong to. */
interface Source {
  readonly run: RunDetail | null;
  readonly settings: { mask: number[] };
  /** Every picture of the run is read once. */
  all(): Promise<void>;
}

/** Time–density curves of regions of a run, and the colours of its time to peak. */
export class Curves {
  regions = $state.raw<Region[]>([]);
  /** Time to peak is laid over the picture. */
  colour = $state(false);
  /** Pictures that the curves have seen. */
  seen = $state(0);
  working = $state(false);
  map = $state.raw<PeakMap | null>(null);
  private small = new SmallFrames();
  private mapOf = '';

  constructor(private readonly of: Source) {}

  /** Settled pictures that are here, in their order. */
  private get frames(): number[] {
    const info = this.of.run?.frames_info ?? [];
    return this.small.frames.filter((frame) => info[frame - 1]?.settling !== true);
  }

  private timesOf(frames: readonly number[]): number[] {
    const info = this.of.run?.frames_info ?? [];
    return frames.map((frame) => info[frame - 1]?.t_s ?? 0);
  }

  readonly times = $derived.by<number[]>(() => (this.seen ? this.timesOf(this.frames) : []));
  readonly curves = $derived.by<Curve[]>(() => {
    const base = this.seen && this.regions.length ? this.small.base(this.of.settings.mask) : null;
    if (!base) return [];
    const { frames, times } = this;
    return this.regions.map((region, i) => {
      const values = this.small.density(region, base, frames);
      return { name: String.fromCharCode(65 + i), values, facts: curveFacts(times, values) };
    });
  });

  clear(): void {
    this.small = new SmallFrames();
    this.regions = [];
    this.colour = false;
    this.map = null;
    this.mapOf = '';
    this.seen = 0;
  }

  has(frame: number): boolean {
    return this.small.has(frame);
  }

  take(first: number, frames: readonly Uint16Array[], run: RunDetail): void {
    frames.forEach((values, i) => this.small.add(first + i, values, run.columns, run.rows));
    this.seen = this.small.count;
  }

  /** A region by two corners, shares of the picture. */
  add(a: readonly [number, number], b: readonly [number, number]): void {
    const inside = (x: number): number => Math.min(1, Math.max(0, x));
    const [left, right] = [inside(Math.min(a[0], b[0])), inside(Math.max(a[0], b[0]))];
    const [top, bottom] = [inside(Math.min(a[1], b[1])), inside(Math.max(a[1], b[1]))];
    const region = { left, top, right: Math.max(right, left + LEAST), bottom: Math.max(bottom, top + LEAST) };
    this.regions = [...this.regions, region].slice(-MOST_REGIONS);
    void this.gather();
  }

  remove(at: number): void {
    this.regions = this.regions.filter((_, i) => i !== at);
  }

  async toggleColour(): Promise<void> {
    this.colour = !this.colour;
    if (this.colour) await this.gather();
  }

  /** All pictures, then the colours where they are wanted. */
  private async gather(): Promise<void> {
    this.working = true;
    await this.of.all();
    this.working = false;
    this.makeMap();
  }

  /** The colours follow the mask and pictures that came. */
  makeMap(): void {
    const { run, settings } = this.of;
    const key = `${run?.number} ${this.small.count} ${settings.mask.join()}`;
    if (!this.colour || this.working || key === this.mapOf) return;
    this.mapOf = key;
    const { frames } = this;
    this.map = timeToPeak(this.small, settings.mask, frames, this.timesOf(frames));
  }
}

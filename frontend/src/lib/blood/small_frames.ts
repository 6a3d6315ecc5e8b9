/** Frames of a run made small: what curves and colours over time are computed from, all of a run at once. */

/** Sixteenths of a stored value are kept, so that the mean of a bin loses nothing. */
const PARTS = 16;
const KNEE = 0.01;
const FLOOR = 0.001;
const VALUES = 4096;
/** Bins a side, at most. */
const SIDE = 256;

/** Logarithm of the signal of every kept value; stored values are 4095 ln(1 + x / 0.01) / ln 4001. */
const LOGS: Float32Array = Float32Array.from({ length: (VALUES - 1) * PARTS + 1 }, (_, i) =>
  Math.log(Math.max(KNEE * Math.expm1((i / PARTS / (VALUES - 1)) * Math.log(4001)), FLOOR)),
);

export interface Region {
  /** Shares of the picture's width and height. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export class SmallFrames {
  columns = 0;
  rows = 0;
  private readonly kept = new Map<number, Uint16Array>();

  get count(): number {
    return this.kept.size;
  }

  has(frame: number): boolean {
    return this.kept.has(frame);
  }

  add(frame: number, values: Uint16Array, columns: number, rows: number): void {
    if (this.kept.has(frame)) return;
    const bin = Math.max(1, Math.ceil(Math.max(columns, rows) / SIDE));
    this.columns = Math.floor(columns / bin);
    this.rows = Math.floor(rows / bin);
    const out = new Uint16Array(this.columns * this.rows);
    const scale = PARTS / (bin * bin);
    for (let y = 0; y < this.rows; y++) {
      for (let x = 0; x < this.columns; x++) {
        let sum = 0;
        for (let j = 0; j < bin; j++) {
          const from = (y * bin + j) * columns + x * bin;
          for (let i = 0; i < bin; i++) sum += values[from + i] as number;
        }
        out[y * this.columns + x] = sum * scale;
      }
    }
    this.kept.set(frame, out);
  }

  /** Numbers of the frames that are here, in their order. */
  get frames(): number[] {
    return [...this.kept.keys()].sort((a, b) => a - b);
  }

  /** Mean logarithm over the frames of a mask; over the first frame where none of them is here. */
  base(mask: readonly number[]): Float32Array | null {
    const here = mask.filter((frame) => this.kept.has(frame));
    const used = here.length ? here : this.frames.slice(0, 1);
    if (!used.length) return null;
    const out = new Float32Array(this.columns * this.rows);
    for (const frame of used) {
      const values = this.kept.get(frame) as Uint16Array;
      for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (LOGS[values[i] as number] as number) / used.length;
    }
    return out;
  }

  /** What contrast took from the logarithm of one frame in one bin. */
  densityAt(frame: number, base: Float32Array, bin: number): number {
    return (base[bin] as number) - (LOGS[(this.kept.get(frame) as Uint16Array)[bin] as number] as number);
  }

  /** Mean over a region of what contrast took from the logarithm, a value a frame. */
  density(region: Region, base: Float32Array, frames: readonly number[]): number[] {
    const bins = this.binsOf(region);
    return frames.map((frame) => {
      let sum = 0;
      for (const bin of bins) sum += this.densityAt(frame, base, bin);
      return sum / Math.max(1, bins.length);
    });
  }

  private binsOf({ left, top, right, bottom }: Region): number[] {
    const x0 = Math.min(this.columns - 1, Math.floor(left * this.columns));
    const y0 = Math.min(this.rows - 1, Math.floor(top * this.rows));
    const x1 = Math.max(x0 + 1, Math.min(this.columns, Math.ceil(right * this.columns)));
    const y1 = Math.max(y0 + 1, Math.min(this.rows, Math.ceil(bottom * this.rows)));
    const bins: number[] = [];
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) bins.push(y * this.columns + x);
    return bins;
  }
}

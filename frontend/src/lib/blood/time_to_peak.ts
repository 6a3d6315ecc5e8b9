/** Time to peak of every part of a picture, and its colours: early is warm, late is cold. */
import { peakTime } from './curve.ts';
import type { SmallFrames } from './small_frames.ts';

export interface PeakMap {
  columns: number;
  rows: number;
  /** Seconds; NaN where no contrast was told from noise. */
  timeS: Float32Array;
  /** Highest density there. */
  peak: Float32Array;
  /** Seconds that the colours span: from the earliest to the latest of nearly all. */
  fromS: number;
  toS: number;
  /** Density that is drawn in full. */
  fullAt: number;
}

/** A bin has contrast above this share of what dense vessels have, and above so many deviations of the noise. */
const SHARE = 0.12;
const DEVIATIONS = 5;
const LEAST = 0.03;

/**
 * Time to peak of each bin.
 *
 * Densities are smoothed over time by weights of 1, 2, 1; the top is refined by a parabola. Noise is the median
 * step between neighbouring frames.
 *
 * @param timesS seconds of the frames, in the order of `frames`
 */
export function timeToPeak(small: SmallFrames, mask: readonly number[], frames: readonly number[], timesS: readonly number[]): PeakMap | null {
  const base = small.base(mask);
  const n = frames.length;
  if (!base || n < 3) return null;
  const bins = small.columns * small.rows;
  const timeS = new Float32Array(bins).fill(NaN);
  const peak = new Float32Array(bins);
  const raw = new Float64Array(n);
  const line: number[] = new Array<number>(n).fill(0);
  const steps: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    let top = 0;
    for (let i = 0; i < n; i++) raw[i] = small.densityAt(frames[i] as number, base, bin);
    for (let i = 0; i < n; i++) {
      const now = raw[i] as number;
      line[i] = 0.25 * (raw[Math.max(0, i - 1)] as number) + 0.5 * now + 0.25 * (raw[Math.min(n - 1, i + 1)] as number);
      if ((line[i] as number) > (line[top] as number)) top = i;
    }
    if (bin % 37 === 0) steps.push(Math.abs((raw[1] as number) - (raw[0] as number)));
    peak[bin] = line[top] as number;
    timeS[bin] = peakTime(timesS, line, top);
  }
  const noise = (1.4826 * quantile(steps, 0.5)) / Math.SQRT2;
  const fullAt = Math.max(LEAST, quantile([...peak], 0.995));
  const least = Math.max(LEAST, SHARE * fullAt, DEVIATIONS * noise * 0.62);
  const seen: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    if ((peak[bin] as number) < least) timeS[bin] = NaN;
    else seen.push(timeS[bin] as number);
  }
  if (!seen.length) return null;
  return { columns: small.columns, rows: small.rows, timeS, peak, fromS: quantile(seen, 0.02), toS: quantile(seen, 0.98), fullAt };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

/** Colours from early to late. */
export const STOPS: readonly [number, number, number][] = [
  [232, 72, 62],
  [246, 150, 58],
  [242, 222, 96],
  [110, 206, 130],
  [54, 178, 214],
  [88, 104, 224],
];

export function colourOf(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  const [a, b] = [STOPS[low], STOPS[low + 1]] as [[number, number, number], [number, number, number]];
  const part = at - low;
  return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2])];
}

/** The map as red, green, blue and cover of each bin. */
export function paintMap(map: PeakMap, out: Uint8ClampedArray): void {
  const span = map.toS - map.fromS || 1;
  for (let bin = 0; bin < map.timeS.length; bin++) {
    const t = map.timeS[bin] as number;
    const [r, g, b] = Number.isNaN(t) ? [0, 0, 0] : colourOf((t - map.fromS) / span);
    out[4 * bin] = r;
    out[4 * bin + 1] = g;
    out[4 * bin + 2] = b;
    out[4 * bin + 3] = Number.isNaN(t) ? 0 : 255 * Math.min(1, 0.25 + (0.75 * (map.peak[bin] as number)) / map.fullAt);
  }
}

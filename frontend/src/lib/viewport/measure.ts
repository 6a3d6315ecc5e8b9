/** Lengths on an image. Points are (column, row) in pixels of that image. */
import type { Point } from '../stream/types';

export type Calibration =
  | { method: 'none' }
  | { method: 'isocentre'; mm_per_pixel: number }
  | { method: 'known length'; mm_per_pixel: number }
  | { method: 'marker bands'; mm_per_pixel: number }
  /** The room knows where the table is: it tells the millimetres. */
  | { method: 'table height'; mm_per_pixel: null };

const HOW = { isocentre: 'at isocentre', 'known length': 'by known length', 'marker bands': 'by marker bands', 'table height': 'at table height' };

export function pixels([a, b]: [Point, Point]): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** Millimetres a pixel from a line drawn on an object of known length. */
export function fromKnownLength(line: [Point, Point], lengthMm: number): Calibration {
  const n = pixels(line);
  if (!(lengthMm > 0) || n < 2) return { method: 'none' };
  return { method: 'known length', mm_per_pixel: lengthMm / n };
}

/** Millimetres a pixel from a line over so many intervals between the bands of a marker catheter. */
export function fromBands(line: [Point, Point], spacingMm: number, count: number): Calibration {
  const n = pixels(line);
  if (!(spacingMm > 0) || !(count >= 1) || !Number.isInteger(count) || n < 2) return { method: 'none' };
  return { method: 'marker bands', mm_per_pixel: (spacingMm * count) / n };
}

/** Words for a line: millimetres when calibrated, pixels (and no more) when not. */
export function lengthWords(line: [Point, Point], calibration: Calibration): string {
  const n = pixels(line);
  if (calibration.method === 'none') return `${n.toFixed(0)} px, not calibrated`;
  if (!calibration.mm_per_pixel) return `${n.toFixed(0)} px, ${HOW[calibration.method]}`;
  const mm = n * calibration.mm_per_pixel;
  return `${mm.toFixed(1)} mm ${HOW[calibration.method]}`;
}

/** A round length for the scale bar and its share of the frame, for `mmPerPixel` and a frame `width`. */
export function scaleBar(mmPerPixel: number, width: number): { mm: number; share: number } {
  const target = mmPerPixel * width * 0.12;
  const mm = [5, 10, 20, 50, 100].find((step) => step >= target) ?? 100;
  return { mm, share: mm / (mmPerPixel * width) };
}

/** Outlines of instruments as they lie on the table: to scale, the tip at the right, the shaft leaving at the left. */
import type { Point } from './data.ts';

/** What is drawn of an instrument from its tip; the straight shaft behind is cut. */
export const SHOWN_MM = 110;

export interface Drawn {
  /** Centre line from the tip, mm, y down. */
  line: Point[];
  /** Pieces of it that are marker bands. */
  bands: Point[][];
  /** Left, top, width, height of it, mm. */
  box: [number, number, number, number];
  /** The shaft goes on at its left. */
  cut: boolean;
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The piece of a line between two lengths along it; it ends where the line does. */
export function piece(line: readonly Point[], from_mm: number, to_mm: number): Point[] {
  const out: Point[] = [];
  let at = 0;
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i] as Point, line[i + 1] as Point];
    const long = distance(a, b);
    if (long > 0 && at + long >= from_mm && at <= to_mm) {
      const along = (mm: number): Point => [a[0] + ((b[0] - a[0]) * mm) / long, a[1] + ((b[1] - a[1]) * mm) / long];
      if (!out.length) out.push(along(Math.max(0, from_mm - at)));
      out.push(along(Math.min(long, to_mm - at)));
    }
    at += long;
  }
  return out;
}

export function lengthMm(line: readonly Point[]): number {
  return line.slice(1).reduce((sum, point, i) => sum + distance(line[i] as Point, point), 0);
}

/** An outline (from the shaft to the tip) turned so that its shaft leaves to the left, cut `shown` millimetres behind the tip. */
export function drawnOf(outline: readonly Point[], markers: readonly Point[] = [], outerMm = 1, shown = SHOWN_MM): Drawn | null {
  const part = piece([...outline].reverse(), 0, shown);
  const [before, last] = part.slice(-2);
  if (!before || !last) return null;
  const [dx, dy] = [last[0] - before[0], last[1] - before[1]];
  const long = Math.hypot(dx, dy) || 1;
  // The end of the shaft points to the left.
  const [c, s] = [-dx / long, dy / long];
  const turn = ([x, y]: Point): Point => [c * x - s * y, s * x + c * y];
  const line = part.map(turn);
  const half = Math.max(outerMm, 0.5) / 2 + 0.5;
  const xs = line.map((point) => point[0]);
  const ys = line.map((point) => point[1]);
  const [left, top] = [Math.min(...xs) - half, Math.min(...ys) - half];
  return {
    line,
    bands: markers.filter(([at]) => at < shown).map(([at, over]) => piece(line, at, at + over)),
    box: [left, top, Math.max(...xs) + half - left, Math.max(...ys) + half - top],
    cut: lengthMm(outline) > shown,
  };
}

export function pathOf(line: readonly Point[]): string {
  return line.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(2)} ${y.toFixed(2)}`).join('');
}

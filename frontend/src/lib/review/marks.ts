/** Marks on frames of runs, as lines and words: the screen, the saved picture and the film draw the same. */
import type { Mark, Point } from '../stream/types';

export interface Shape {
  id: number;
  /** Lines in pixels of the frame. */
  lines: Point[][];
  /** Closing lines in the second colour: the vessel's edges. */
  edges: Point[][];
  words: string;
  /** Where the words stand, pixels of the frame. */
  at: Point;
  open?: boolean;
}

/** What a stenosis measurement says besides its path; lengths in pixels, and in mm where calibrated. */
export interface StenosisFacts {
  left_px: Point[];
  right_px: Point[];
  narrowest_px: Point;
  diameter_percent: number;
  area_percent: number;
  minimal_mm: number | null;
  reference_mm: number | null;
  minimal_px: number;
  reference_px: number;
}

export type RunMark = Omit<Mark, 'kind'> & { kind: Mark['kind'] | 'angle' | 'stenosis'; angle_deg?: number } & Partial<StenosisFacts>;

const HOW: Record<string, string> = { isocentre: 'at isocentre', known: 'by known length', height: 'at table height', marker: 'by marker bands' };

/** Angle at the middle of three points, or between two lines of four, degrees. */
export function angleDeg(points: readonly Point[]): number {
  const [a, b, c, d] = points as [Point, Point, Point, Point?];
  const first = d ? [b[0] - a[0], b[1] - a[1]] : [a[0] - b[0], a[1] - b[1]];
  const second = d ? [d[0] - c[0], d[1] - c[1]] : [c[0] - b[0], c[1] - b[1]];
  const cross = (first[0] as number) * (second[1] as number) - (first[1] as number) * (second[0] as number);
  const dot = (first[0] as number) * (second[0] as number) + (first[1] as number) * (second[1] as number);
  return (Math.atan2(Math.abs(cross), dot) * 180) / Math.PI;
}

export function pathPx(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    sum += Math.hypot(b[0] - a[0], b[1] - a[1]);
  }
  return sum;
}

/** The words of a mark, with what its millimetres rest on. */
export function wordsOf(mark: RunMark): string {
  switch (mark.kind) {
    case 'annotation':
      return mark.text ?? '';
    case 'angle':
      return `${(mark.angle_deg ?? angleDeg(mark.points)).toFixed(1)}°`;
    case 'stenosis':
      return stenosisWords(mark);
    default:
      return lengthOf(mark.length_mm, mark.length_px ?? pathPx(mark.points), mark.calibrated?.kind);
  }
}

function lengthOf(mm: number | null | undefined, px: number, how: string | undefined): string {
  return mm ? `${mm.toFixed(1)} mm ${HOW[how ?? ''] ?? ''}`.trim() : `${px.toFixed(0)} px, not calibrated`;
}

function stenosisWords(mark: RunMark): string {
  const { minimal_mm, reference_mm } = mark;
  const sizes = minimal_mm != null && reference_mm != null
    ? `MLD ${minimal_mm.toFixed(1)} mm of ${reference_mm.toFixed(1)} mm, ${HOW[mark.calibrated?.kind ?? ''] ?? ''}`
    : `MLD ${(mark.minimal_px ?? 0).toFixed(1)} px of ${(mark.reference_px ?? 0).toFixed(1)} px, not calibrated`;
  return `${(mark.diameter_percent ?? 0).toFixed(0)} % diameter, ${(mark.area_percent ?? 0).toFixed(0)} % area · ${sizes}`;
}

/** Lines and words of a mark. */
export function shapeOf(mark: RunMark): Shape {
  const { points } = mark;
  const lines = mark.kind === 'annotation' ? (points.length > 1 ? [points] : []) : mark.kind === 'angle' && points.length === 4 ? [points.slice(0, 2), points.slice(2)] : [points];
  const edges = [mark.left_px, mark.right_px, narrowest(mark)].filter((line): line is Point[] => !!line?.length);
  const at = mark.narrowest_px ?? (mark.kind === 'angle' && points.length === 3 ? points[1] : points.at(-1)) ?? [0, 0];
  return { id: mark.id, lines: mark.kind === 'stenosis' && edges.length ? [] : lines, edges, words: wordsOf(mark), at };
}

/** The line across the lumen where it is narrowest: between the edges' points that are nearest to that place. */
function narrowest(mark: RunMark): Point[] | undefined {
  const { left_px, right_px, narrowest_px: place } = mark;
  if (!left_px?.length || !right_px?.length || !place) return undefined;
  const near = (line: Point[]): Point => line.reduce((best, point) => (pathPx([point, place]) < pathPx([best, place]) ? point : best));
  return [near(left_px), near(right_px)];
}

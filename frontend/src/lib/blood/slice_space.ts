/** Where slices lie in the patient. */
import type { SliceRange, Vec3 } from './data.ts';
import { dot } from './projection.ts';

/** The point of the patient at shares of a slice's width and height. */
export function at(range: SliceRange, index: number, u: number, v: number): Vec3 {
  const [c, r] = [u * range.columns - 0.5, v * range.rows - 0.5];
  return [0, 1, 2].map((i) => (range.first_mm[i] as number) + index * (range.step_mm[i] as number) + c * (range.column_mm[i] as number) + r * (range.row_mm[i] as number)) as Vec3;
}

/** A point as shares of the slice's width and height, and how many slices it lies behind the first. */
export function inSlice(range: SliceRange, point: Vec3): { u: number; v: number; slice: number } {
  const from: Vec3 = [point[0] - range.first_mm[0], point[1] - range.first_mm[1], point[2] - range.first_mm[2]];
  const along = (axis: Vec3): number => dot(from, axis) / dot(axis, axis);
  return { u: (along(range.column_mm) + 0.5) / range.columns, v: (along(range.row_mm) + 0.5) / range.rows, slice: along(range.step_mm) };
}

export function nearestSlice(range: SliceRange, point: Vec3): number {
  return Math.min(range.count - 1, Math.max(0, Math.round(inSlice(range, point).slice)));
}

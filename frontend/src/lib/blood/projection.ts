/** Where points of the patient fall on a picture: the same geometry as the room's beam. */
import type { Pose } from '../stream/types.ts';
import type { Vec3 } from './data.ts';

/** The beam of a picture in patient space (LPS mm). */
export interface Beam {
  source: Vec3;
  /** Unit vectors to the detector, along a growing column, along a growing row. */
  towards: Vec3;
  column: Vec3;
  row: Vec3;
  sid: number;
  /** Side of the square field at the detector, mm. */
  field: number;
  isocentre: Vec3;
}

const RAD = Math.PI / 180;

/** Side of the field at the detector; its label is the diagonal. */
export const fieldMm = (fovCm: number): number => (fovCm * 10) / Math.SQRT2;

/**
 * The beam of a pose.
 *
 * @param reference point of the patient in the isocentre while the table stands at zero
 */
export function beamOf(pose: Pose, field: number, reference: Vec3): Beam {
  const tilt = (pose.table_tilt_deg ?? 0) * RAD;
  // From the room's axes back to the patient's: the table's tilt undone.
  const back = ([x, y, z]: Vec3): Vec3 => [x, y * Math.cos(tilt) + z * Math.sin(tilt), -y * Math.sin(tilt) + z * Math.cos(tilt)];
  const [a, b, g] = [pose.rotation_deg * RAD, pose.angulation_deg * RAD, (pose.detector_rotation_deg ?? 0) * RAD];
  const towards = back([Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)]);
  const u: Vec3 = [Math.cos(a), Math.sin(a), 0];
  const v: Vec3 = [Math.sin(a) * Math.sin(b), -Math.cos(a) * Math.sin(b), -Math.cos(b)];
  const column = back(mixed(u, Math.cos(g), v, Math.sin(g)));
  const row = back(mixed(v, Math.cos(g), u, -Math.sin(g)));
  const isocentre: Vec3 = [reference[0] - pose.table_x_mm, reference[1] + pose.table_y_mm, reference[2] - pose.table_z_mm];
  const sod = pose.sod_mm ?? 785;
  return { source: mixed(isocentre, 1, towards, -sod), towards, column, row, sid: pose.sid_mm, field, isocentre };
}

/** Column and row of a point as shares of the picture, and its magnification; null behind the source. */
export function project(beam: Beam, point: Vec3): [number, number, number] | null {
  const from: Vec3 = [point[0] - beam.source[0], point[1] - beam.source[1], point[2] - beam.source[2]];
  const depth = dot(from, beam.towards);
  if (depth < 1) return null;
  const scale = beam.sid / depth;
  return [0.5 + (dot(from, beam.column) * scale) / beam.field, 0.5 + (dot(from, beam.row) * scale) / beam.field, scale];
}

/** The four corners of the field on the detector, in patient space, clockwise from the upper left. */
export function corners(beam: Beam, box: readonly [number, number, number, number] = [0, 0, 1, 1]): Vec3[] {
  const centre = mixed(beam.source, 1, beam.towards, beam.sid);
  const [left, top, right, bottom] = box;
  return [[left, top], [right, top], [right, bottom], [left, bottom]].map(([x = 0, y = 0]) =>
    mixed(mixed(centre, 1, beam.column, (x - 0.5) * beam.field), 1, beam.row, (y - 0.5) * beam.field),
  );
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function mixed(a: Vec3, m: number, b: Vec3, n: number): Vec3 {
  return [m * a[0] + n * b[0], m * a[1] + n * b[1], m * a[2] + n * b[2]];
}

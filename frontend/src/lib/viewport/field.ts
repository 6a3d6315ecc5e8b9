/** Where the next exposure would fall on the held image: arithmetic of fields at the isocentre. */
import type { Collimator, Pose } from '../stream/types';

export interface Taken {
  pose: Pose;
  collimator: Collimator;
  fovCm: number;
}

export interface NextField {
  /** Left, top, right, bottom in frame fractions of the held image (may leave 0..1). */
  box: [number, number, number, number];
  widthCm: number;
  heightCm: number;
  /** Area at the isocentre against the held image's field, in per cent. */
  areaChange: number;
  /** The angle differs from the held image, so the box is only where the field's centre stays. */
  turned: boolean;
}

export const OPEN: Collimator = { left: 1, right: 1, top: 1, bottom: 1 };

/** Side of the square field of view at the isocentre, mm. The field's label is the diagonal at the detector. */
export function sideAtIsoMm(fovCm: number, pose: Pose): number {
  const sod = pose.sod_mm ?? 785;
  return ((fovCm * 10) / Math.SQRT2) * (sod / pose.sid_mm);
}

/** Exposed part (left, top, right, bottom in 0..1) of a frame taken with these blades. */
export function exposed(c: Collimator): [number, number, number, number] {
  return [0.5 - c.left / 2, 0.5 - c.top / 2, 0.5 + c.right / 2, 0.5 + c.bottom / 2];
}

/** Image axes in patient space (LPS): which way a column and a row step go, by C-arm angles. */
export function imageAxes(rotationDeg: number, angulationDeg: number): { column: number[]; row: number[] } {
  const a = (rotationDeg * Math.PI) / 180;
  const b = (angulationDeg * Math.PI) / 180;
  const column = [Math.cos(a), Math.sin(a), 0];
  const row = [Math.sin(a) * Math.sin(b), -Math.cos(a) * Math.sin(b), -Math.cos(b)];
  return { column, row };
}

/** Field of the next exposure on the image held from `held`. */
export function nextField(held: Taken, now: Taken): NextField {
  const heldSide = sideAtIsoMm(held.fovCm, held.pose);
  const nowSide = sideAtIsoMm(now.fovCm, now.pose);
  const shift = [
    now.pose.table_x_mm - held.pose.table_x_mm,
    held.pose.table_y_mm - now.pose.table_y_mm, // up is towards the front, against the y of the patient
    now.pose.table_z_mm - held.pose.table_z_mm,
  ];
  const { column, row } = imageAxes(held.pose.rotation_deg, held.pose.angulation_deg);
  const centreX = 0.5 - dot(shift, column) / heldSide;
  const centreY = 0.5 - dot(shift, row) / heldSide;
  const half = (0.5 * nowSide) / heldSide;
  const c = now.collimator;
  const area = (of: Collimator, side: number) => ((of.left + of.right) / 2) * ((of.top + of.bottom) / 2) * side * side;
  return {
    box: [centreX - half * c.left, centreY - half * c.top, centreX + half * c.right, centreY + half * c.bottom],
    widthCm: (((c.left + c.right) / 2) * nowSide) / 10,
    heightCm: (((c.top + c.bottom) / 2) * nowSide) / 10,
    areaChange: 100 * (area(c, nowSide) / area(held.collimator, heldSide) - 1),
    turned:
      Math.abs(now.pose.rotation_deg - held.pose.rotation_deg) > 0.5 ||
      Math.abs(now.pose.angulation_deg - held.pose.angulation_deg) > 0.5,
  };
}

/** Open field at the isocentre in words, `18.4 × 19.8 cm`. */
export function fieldWords(room: { pose?: Pose; exposure?: { fov_cm: number }; collimator?: Collimator }): string {
  if (!room.pose || !room.exposure) return '–';
  const side = sideAtIsoMm(room.exposure.fov_cm, room.pose) / 10;
  const c = room.collimator ?? OPEN;
  return `${((side * (c.left + c.right)) / 2).toFixed(1)} × ${((side * (c.top + c.bottom)) / 2).toFixed(1)} cm`;
}

/** Has anything moved that the held image does not show? */
export function differs(field: NextField, held: Taken): boolean {
  const old = exposed(held.collimator);
  return field.turned || field.box.some((edge, i) => Math.abs(edge - (old[i] ?? 0)) > 0.004);
}

/** Letter of the patient's side at the left edge of the image: R, L, A, P or two of them. */
export function leftMarker(rotationDeg: number): string {
  const a = (rotationDeg * Math.PI) / 180;
  const side = Math.abs(Math.cos(a)) > 0.38 ? (Math.cos(a) > 0 ? 'R' : 'L') : '';
  const depth = Math.abs(Math.sin(a)) > 0.7 ? (Math.sin(a) > 0 ? 'A' : 'P') : '';
  return side + depth;
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

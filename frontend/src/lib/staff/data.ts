/** The staff of a room as the server tells of them, and the measures of the plan. Lengths mm; x to the patient's left, z to the head. */

export interface StaffDose {
  eye_usv: number;
  chest_usv: number;
  hand_usv: number;
  neck_usv?: number;
  leg_usv?: number;
  chest_over_usv?: number;
}

export interface StaffRate {
  eye_usv_h: number;
  chest_usv_h: number;
  hand_usv_h: number;
}

export interface StaffPerson {
  id: string;
  x_mm: number;
  z_mm: number;
  wears: { apron_mm_pb: number; collar: boolean; glasses: boolean };
  dose: StaffDose;
  /** Not known of a moment that is looked at again. */
  rate?: StaffRate;
}

export interface StaffShield {
  id: string;
  x_mm: number;
  z_mm: number;
  turn_deg: number;
  up: boolean;
}

export interface Isodose {
  step_mm: number;
  rows: number;
  columns: number;
  x0: number;
  z0: number;
  height_mm?: number;
  usv_h: number[];
}

export interface StaffPart {
  people: StaffPerson[];
  shields: StaffShield[];
  isodose: Isodose | null;
}

/** What of the pose the plan shows. */
export interface PlanPose {
  rotation_deg: number;
  angulation_deg: number;
  sid_mm: number;
  sod_mm?: number;
  table_x_mm: number;
  table_z_mm: number;
}

export const ROOM = { left: -2800, right: 2800, feet: -3000, head: 2400 } as const;
export const TABLE = { halfWidth: 230, length: 3000, head: 950 } as const;
export const SHIELD_LENGTH: Record<string, number> = { 'ceiling-screen': 760, 'table-skirt': 800, 'mobile-screen': 800 };
/** Least rate of each shade, µSv/h. */
export const SHADES = [1, 10, 50, 200, 1000] as const;
export const STEP_MM = 100;
export const FINE_STEP_MM = 20;
export const TURN_DEG = 10;

/** Which shade a rate has: -1 for none. */
export function shade(usvPerHour: number): number {
  return SHADES.filter((least) => usvPerHour >= least).length - 1;
}

export interface Cell {
  x: number;
  z: number;
  shade: number;
}

/** Cells of the isodose picture that have a shade; x and z are the least of each cell. */
export function cells(isodose: Isodose): Cell[] {
  return isodose.usv_h
    .map((rate, index) => ({
      x: isodose.x0 + (index % isodose.columns) * isodose.step_mm - isodose.step_mm / 2,
      z: isodose.z0 + Math.floor(index / isodose.columns) * isodose.step_mm - isodose.step_mm / 2,
      shade: shade(rate),
    }))
    .filter((cell) => cell.shade >= 0);
}

/** From the isocentre to tube and image receptor on the plan. */
export function gantry(pose: PlanPose): { tube: [number, number]; receptor: [number, number] } {
  const a = (pose.rotation_deg * Math.PI) / 180;
  const b = (pose.angulation_deg * Math.PI) / 180;
  const sod = pose.sod_mm ?? 785;
  const [x, z] = [Math.sin(a) * Math.cos(b), Math.sin(b)];
  return { tube: [-x * sod, -z * sod], receptor: [x * (pose.sid_mm - sod), z * (pose.sid_mm - sod)] };
}

/** A place inside the walls, in whole steps. */
export function within(x: number, z: number, step = FINE_STEP_MM): { x_mm: number; z_mm: number } {
  const snap = (value: number, low: number, high: number): number =>
    Math.round(Math.min(Math.max(value, low), high) / step) * step;
  return { x_mm: snap(x, ROOM.left + 200, ROOM.right - 200), z_mm: snap(z, ROOM.feet + 200, ROOM.head - 200) };
}

/** The step of an arrow key on the plan, [x, z] in mm; null for another key. */
export function stepOf(key: string, fine: boolean): [number, number] | null {
  const step = fine ? FINE_STEP_MM : STEP_MM;
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, step],
    ArrowDown: [0, -step],
  };
  return steps[key] ?? null;
}

/** `0.34`, `12.3`, `420`: three figures are enough for a dose. */
export function figures(value: number): string {
  if (value === 0) return '0';
  if (value < 0.01) return '<0.01';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toString();
}

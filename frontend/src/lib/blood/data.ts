/** Blood and contrast as the server tells them: parts of the visible state, commands' arguments and addresses. */
import { api } from '../api.ts';

export type Vec3 = [number, number, number];
export type Wall = 'free' | 'wall' | 'wedged';

/** A catheter that can be placed. */
export interface Device {
  id: string;
  title: string;
  french: number;
  shape?: string;
  holes: 'end' | 'side' | 'both';
  max_psi: number | null;
  max_ml_s: number | null;
  length_cm?: number;
}

/** The catheter that lies in the patient. */
export interface Catheter {
  device: string;
  title: string;
  french: number;
  vessel: string;
  vessel_name: string;
  at_mm: number;
  /** Of the vessel. */
  length_mm?: number;
  tip_mm: Vec3;
  /** Its course from where it enters to the tip, LPS mm. */
  course_mm?: Vec3[];
  holes: 'end' | 'side' | 'both';
  max_psi: number | null;
  max_ml_s: number | null;
  /** Null until a puff or the pressure told. */
  wall: Wall | null;
  checked: boolean;
}

export interface Medium {
  id: string;
  title: string;
  iodine_mg_ml: number;
  temperature_c?: number;
}

/** A programme of the injector: what is set when it is picked. */
export interface Protocol {
  id: string;
  title: string;
  vessels?: string[];
  rate_ml_s: number;
  volume_ml: number;
  rise_s: number;
  limit_psi?: number | null;
}

export interface Injector {
  state: string;
  medium: Medium | null;
  /** What it can be filled with. */
  media?: Medium[];
  warmed?: boolean;
  fill_ml: number;
  air: 'unknown' | 'seen' | 'clear';
  rate_ml_s: number;
  volume_ml: number;
  rise_s: number;
  limit_psi: number;
  /** What the catheter bears, and who says so. */
  limits: { rate_ml_s: number | null; volume_ml: number | null; psi: number | null; by: string } | null;
  protocol: string | null;
  injected_ml: number;
  flow_ml_s: number;
  psi: number;
  limited: boolean;
  /** The pressure limit held the last injection back. */
  was_limited?: boolean;
  used_ml?: number;
  /** A syringe is being pushed by hand. */
  hand?: boolean;
  warnings: string[];
  protocols: Protocol[];
}

/** The second agent: carbon dioxide from a syringe that was filled and purged. */
export interface Gas {
  state: string;
  fill_ml: number;
  air: 'unknown' | 'seen' | 'clear';
  injected_ml: number;
  /** Seconds until the next bolus is safe; 0 when it is. */
  wait_s: number;
  warnings: string[];
  /** What is never to be done with it, as its content says. */
  dangers?: string[];
}

/** What this patient had, and may have. */
export interface Contrast {
  used_ml: number;
  iodine_g: number;
  limit_ml: number | null;
  limit_why: string;
  limit_source: string;
  share: number | null;
  gas_ml?: number;
}

export interface PressureRecord {
  label: string;
  vessel: string;
  systolic: number;
  diastolic: number;
  mean: number;
  t_s: number;
}

export interface Pressure {
  site: string;
  systolic: number | null;
  diastolic: number | null;
  mean: number | null;
  shown: boolean;
  zeroed: boolean;
  level_cm: number;
  damping: 'normal' | 'damped' | 'ventricular';
  records: PressureRecord[];
  gradient_mmhg: number | null;
}

/** Parts of the visible state that come with blood; without them the room has none. */
export interface BloodState {
  catheter?: Catheter | null;
  catheters?: Device[];
  injector?: Injector | null;
  gas?: Gas | null;
  contrast?: Contrast | null;
  pressure?: Pressure | null;
  /** A task may hide the tree. */
  tree_allowed?: boolean;
  /** What a task offers; empty lists offer everything. */
  allowed?: Allowed;
}

export interface Allowed {
  devices: string[];
  media: string[];
  vessels: string[];
}

/** Those of some that a task offers. */
export const offered = <T>(all: readonly T[], id: (one: T) => string, only: readonly string[] | undefined): T[] => (only?.length ? all.filter((one) => only.includes(id(one))) : [...all]);

export interface Vessel {
  id: string;
  name: string;
  system: string;
  parent: string | null;
  at_mm: number;
  side: string | null;
  points: Vec3[];
  radius: number[];
  bed: string | null;
  /** Length of the whole centre line; that of the points where it is not told. */
  length_mm?: number;
}

export interface Bed {
  id: string;
  name: string;
  inside: string | null;
}

export interface Tree {
  vessels: Vessel[];
  beds: Bed[];
  notices: string[];
  /** Point of the patient, LPS mm, that lies in the isocentre while the table stands at zero. */
  reference_mm?: Vec3;
}

export type Plane = 'axial' | 'coronal' | 'sagittal';

/** Slices of one modality: how many in each plane, where they lie, and what can be chosen. */
export interface SliceSet {
  id: string;
  title: string;
  /** What may be asked as `phase`: native, arterial, portal; T1, T2. */
  phases: { id: string; title: string }[];
  windows: { id: string; title: string }[];
  planes: Record<Plane, SliceRange>;
}

export interface SliceRange {
  count: number;
  /** Middle of the first pixel of the first slice, LPS mm. */
  first_mm: Vec3;
  /** From slice to slice, from pixel to pixel along a row, and down a column, LPS mm. */
  step_mm: Vec3;
  column_mm: Vec3;
  row_mm: Vec3;
  columns: number;
  rows: number;
}

export interface Slices {
  modalities: SliceSet[];
  notice?: string;
}

const place = (session: string): string => `sessions/${encodeURIComponent(session)}`;

export const readTree = (session: string): Promise<Tree> => api<Tree>('GET', `${place(session)}/vessels`);

export const readSlices = (session: string): Promise<Slices> => api<Slices>('GET', `${place(session)}/slices`);

export function sliceAddress(session: string, one: { modality: string; plane: Plane; index: number; phase: string; window: string }): string {
  const { modality, plane, index, phase, window } = one;
  return `/api/${place(session)}/slices/${modality}/${plane}/${index}.jpg?phase=${encodeURIComponent(phase)}&window=${encodeURIComponent(window)}`;
}

/** Does this room have blood at all? */
export const hasBlood = (state: BloodState): boolean => state.injector != null;

export const treeAllowed = (state: BloodState): boolean => state.tree_allowed !== false;

/** Commands and their arguments. */
export interface Orders {
  'catheter.place': { device: string; vessel: string; at_mm: number };
  'catheter.remove': Record<string, never>;
  'catheter.pull': { mm: number };
  'catheter.free': Record<string, never>;
  'injector.fill': { medium: string; warmed: boolean };
  'injector.purge': Record<string, never>;
  'injector.check': Record<string, never>;
  'injector.set': { rate_ml_s?: number; volume_ml?: number; rise_s?: number; limit_psi?: number };
  'injector.protocol': { id: string };
  'injector.arm': Record<string, never>;
  'injector.disarm': Record<string, never>;
  'injector.start': Record<string, never>;
  'injector.abort': Record<string, never>;
  'hand.puff': { ml: number; rate_ml_s: number };
  'hand.flush': { ml: number };
  'gas.fill': { ml: number };
  'gas.purge': Record<string, never>;
  'gas.inject': { ml: number };
  'pressure.zero': Record<string, never>;
  'pressure.level': { cm: number };
  'pressure.record': { label: string };
  'blood.show': { tree: boolean };
}

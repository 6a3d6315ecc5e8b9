import type { BloodState } from '../blood/data';
import type { InstrumentsState } from '../instruments/data';
import type { RunInfo } from '../review/data';
import type { Skin } from '../dose/data';
import type { StaffPart } from '../staff/data';

/** What the server says about a session. Every field may be missing: the page draws what it has. */

export interface Pose {
  rotation_deg: number;
  angulation_deg: number;
  sid_mm: number;
  sod_mm?: number;
  table_x_mm: number;
  table_y_mm: number;
  table_z_mm: number;
  table_tilt_deg?: number;
  detector_rotation_deg?: number;
  /** Why a movement was stopped. */
  blocked?: string | null;
}

export interface Technique {
  kv: number;
  ma: number;
  ms: number;
  cu_mm: number;
  focal_mm?: number;
  /** Which limit holds the exposure back; empty when none. */
  limited_by?: string;
}

export interface Collimator {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Exposure {
  fov_cm: number;
  fovs?: number[];
  pulse_rate: number;
  pulse_rates?: number[];
  dose_level: string;
  dose_levels?: { id: string; title: string }[];
  grid: boolean;
  frame_size: number;
  frame_sizes?: number[];
  high_level?: boolean;
}

export interface Dose {
  rate_mgy_min: number;
  kar_mgy: number;
  pka_gycm2: number;
  fluoro_s: number;
  frames: number;
  five_min_signal?: boolean;
  next_signal_min?: number;
  limit_point_mgy_min?: number;
}

export interface Reading {
  value: number | null;
  unit?: string;
  validity?: string;
}

export interface Vitals {
  hr?: Reading | number;
  rr?: Reading | number;
  spo2?: Reading | number;
  art?: Reading | number;
  /** Samples of the pressure, beside those of `ecg`. */
  art_trace?: number[];
  nibp?: Reading | number;
  ecg?: number[];
  resp?: number[];
  breath_mm?: number;
  breath_state?: string;
  ecg_phase?: number;
}

export interface Display {
  window: number;
  level: number;
  edge: number;
  recursive?: number;
  invert?: boolean;
}

export type Point = [number, number];

/** A note (one point, text) or a measurement (a path) on one picture; points in its pixels. */
export interface Mark {
  id: number;
  kind: 'annotation' | 'measurement' | 'angle' | 'stenosis';
  image: number;
  points: Point[];
  text?: string;
  length_px?: number;
  length_mm?: number | null;
  mm_per_px?: number | null;
  calibrated?: { kind: 'isocentre' | 'known' | 'height' | 'marker' } | null;
  angle_deg?: number;
}

export interface StoredImage {
  index: number;
  t_us: number;
  label?: string;
  kind?: string;
  pose?: Partial<Pose>;
  thumb?: string;
  pixel_mm_iso?: number;
  width?: number;
  /** Title of the test phantom that was in the beam. */
  phantom?: string | null;
}

export interface RoomEvent {
  seq: number;
  t_us: number;
  name: string;
  text?: string;
}

export interface SavedPose {
  slot: string;
  name?: string;
  pose: Partial<Pose>;
}

export interface Wedge {
  side: string;
  /** Depth into the field, 0 (out) to 1. */
  insert: number;
  angle_deg: number;
}

/** A stretch of a run at one rate; without seconds it lasts until the pedal is let go. */
export interface RunPhase {
  rate_hz: number;
  seconds: number | null;
}

export type RunKind = 'cine' | 'dsa' | 'series';

/** What the machine offers to the acquisition pedal. */
export interface Programme {
  id: string;
  title: string;
  kind: RunKind;
  rates_hz: number[];
  levels: { id: string; title: string }[];
  matrices: number[];
  phases: RunPhase[];
  longest_s: number;
}

export interface Acquisition {
  programme: string;
  title: string;
  kind: RunKind;
  level: string;
  matrix: number;
  phases: RunPhase[];
  mask: { when: 'first' | 'later'; frame: number; count: number };
  programmes: Programme[];
}

export interface Injection {
  coupled: boolean;
  xray_delay_s: number;
  injection_delay_s: number;
  state: 'idle' | 'waiting' | 'running';
  age_s: number | null;
}

/** The run that is being made. */
export interface RunNow {
  number: number;
  kind: RunKind;
  title: string;
  frames: number;
  t_s: number;
  rate_hz: number;
  phase: number;
  subtracted: boolean;
  waiting: 'xray-delay' | 'mask' | null;
  remaining_s: number;
}

export interface Roadmap {
  state: 'off' | 'armed' | 'making' | 'ready' | 'live' | 'invalid';
  kind: 'roadmap' | 'overlay';
  fade: number;
  reason: string;
  run: number | null;
}

export interface TaskQuestion {
  id: string;
  text: string;
  /** Without options the answer is written. */
  options?: { id: string; text: string }[];
}

/** A limit as the person was told it; with its measure, the page shows where one stands. */
export interface TaskLimit {
  id: string;
  text: string;
  measure?: string;
  at_most?: number | null;
  /** Up to here all points are given. */
  full_at?: number | null;
  unit?: string;
}

/** What is asked in this session, and how far the person is. Right answers are not in it. */
export interface Task {
  id: string;
  title: string;
  kind: string;
  mode: 'practice' | 'assessed';
  minutes?: number;
  brief?: string;
  goals?: { id: string; text: string }[];
  limits?: TaskLimit[];
  questions?: TaskQuestion[];
  /** With what it is worked, once that was told. */
  input?: string | null;
  answers: Record<string, string>;
  hints_shown: { level: number; text: string }[];
  hints_left: number;
  finished: boolean;
}

export interface RoomState extends BloodState {
  session?: {
    id: string;
    patient?: {
      id: string;
      name?: string;
      sex?: string;
      age?: number;
      mass_kg?: number;
      height_cm?: number;
      quality?: string;
      notice?: string;
    };
    created?: string;
  };
  role?: 'operator' | 'watch';
  roles?: { you: 'operator' | 'watch'; operator_present: boolean; watchers: number };
  pose?: Pose;
  limits?: Record<string, [number, number]>;
  exposure?: Exposure;
  technique?: Technique;
  collimator?: Collimator;
  wedges?: Wedge[];
  xray?: { on: boolean; pedal?: string | null; latched?: boolean; locked?: string | null };
  dose?: Dose;
  vitals?: Vitals;
  display?: Display;
  poses?: SavedPose[];
  stored?: StoredImage[];
  reference?: number | null;
  runs?: RunInfo[];
  acquisition?: Acquisition;
  injection?: Injection;
  run?: RunNow | null;
  roadmap?: Roadmap;
  task?: Task | null;
  skin?: Skin | null;
  staff?: StaffPart;
  instruments?: InstrumentsState | null;
  phantom?: { id: string; title: string; notice: string } | null;
  phantoms?: { id: string; title: string }[];
  patient_motion?: { restless: number };
  marks?: Mark[];
  breath?: { state: string };
  paused?: boolean;
  envelope?: { half_width_mm: number; front_mm: number; back_mm: number; feet_mm: number; head_mm: number };
  last_frame?: number | null;
  events?: RoomEvent[];
  time?: { sim_us: number; speed: number };
  governor?: { quality: 'full' | 'draft'; reason?: string };
  pixel_mm_iso?: number;
}

/** Frame description that comes as text just before its binary message. */
export interface FrameMeta {
  frame: number;
  sim_t_us?: number;
  technique?: Technique;
  dose?: Dose;
  pose?: Pose;
  pixel_mm_iso?: number;
  vitals?: Vitals;
  run?: number;
  run_frame?: number;
  rate_hz?: number;
  phase?: number;
  settling?: boolean;
  /** Title of the test phantom that was in the beam. */
  phantom?: string;
}

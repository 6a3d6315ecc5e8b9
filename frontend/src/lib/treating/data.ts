/** Treatment as the server tells it: balloons that were touched, stents on their catheters, what was left. */
import type { RoomState } from '../stream/types';

export interface ToldBalloon {
  tool: string;
  atm: number;
  goal_atm: number;
  nominal_atm: number;
  rated_atm: number;
  /** At its nominal pressure. */
  diameter_mm: number;
  length_mm: number;
  /** How wide it would be now with nothing around it. */
  free_mm: number;
  up: boolean;
  seconds: number;
  prepared: boolean;
  burst: boolean;
  waist: boolean;
  /** Emptied, its wings do not go into the sheath. */
  binds?: boolean;
}

export interface ToldStent {
  tool: string;
  opens: 'self' | 'balloon';
  diameter_mm: number;
  length_mm: number;
  open_share: number;
  placed: boolean;
  /** Up to which share it can be drawn back in; 0 never. */
  recaptured_to: number;
}

export interface Left {
  kind: string;
  title: string;
  vessel: string;
  at_mm: number;
}

/** A syringe of something that embolises, drawn up. */
export interface Syringe {
  number: number;
  device: string;
  title: string;
  kind: 'particles' | 'pieces' | 'glue' | 'oil';
  medium: string;
  ml: number;
  left_ml: number;
  /** Of the mixture, what left a tip. */
  given_ml?: number;
  /** Of particles: the whole over their own volume. */
  dilution?: number;
  glue_share?: number;
  /** Of glue: until it no longer flows, and until it has set, in blood. */
  stop_s?: number;
  set_s?: number;
}

export interface Agents {
  syringes: Syringe[];
  /** Of the connected catheter. */
  lumen: { dextrose: boolean; agent_ml: number };
  /** Beats since the newest injection, until its contrast was gone. */
  clearing: { vessel: string; beats: number; clear: boolean } | null;
  /** Catheters, by what blocked them. */
  blocked: Record<string, string>;
  glued: string[];
  /** Vessels in which blood stands. */
  still: string[];
}

/** A coil or plug on its way through a catheter. */
export interface Delivery {
  tool: string;
  device: string;
  title: string;
  through: string;
  kind: 'coil' | 'plug';
  in_mm: number;
  tube_mm: number;
  length_mm: number;
  out_mm: number;
  mm_s: number;
  jam: string;
  detachable: boolean;
  junction_out: boolean;
  vessel: string | null;
  /** With which it pushes its catheter back. */
  push_n: number;
}

export interface Packed {
  vessel: string;
  density: number;
  length_mm: number;
  clotted: number;
  occluded: boolean;
}

export interface Coils {
  delivery: Delivery | null;
  vessels: Packed[];
}

/** A place of entry that has no sheath any more. */
export interface Puncture {
  access: string;
  /** With which a hand presses; 0 without one. */
  pressed_mmhg: number;
  held_s: number;
  bleeds: boolean;
  swelling_ml: number;
  pulse_beyond: boolean;
  device: string | null;
  pad: string | null;
}

export interface Filters {
  /** In a sheath, not yet opened. */
  loaded: { tool: string; in: string } | null;
  standing: { title: string; vessel: string }[];
  snared: boolean;
}

/** A vacuum on a catheter, and what came. */
export interface Aspiration {
  tool: string | null;
  through: string | null;
  does: '' | 'blood' | 'ingested' | 'corked' | 'stays' | 'full';
  blood_ml: number;
  clot_ml: number;
}

/** A snare in a sheath, and what its loop holds. */
export interface Snared {
  tool: string | null;
  title: string | null;
  through: string | null;
  caught: string | null;
}

export interface TreatingState {
  balloons?: ToldBalloon[];
  stents?: ToldStent[];
  agents?: Agents;
  coils?: Coils;
  closing?: Puncture[];
  filter?: Filters;
  aspiration?: Aspiration;
  snare?: Snared;
  left?: Left[];
}

/** The part of the room's state that is about treatment; null where the patient has no vessels. */
export function treatingIn(state: RoomState): TreatingState | null {
  return (state as { treating?: TreatingState | null }).treating ?? null;
}

/** Ids of vessels as words: `right-renal-artery`. */
export const vesselWords = (id: string): string => id.replace(/-/g, ' ');

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

export interface TreatingState {
  balloons?: ToldBalloon[];
  stents?: ToldStent[];
  left?: Left[];
}

/** The part of the room's state that is about treatment; null where the patient has no vessels. */
export function treatingIn(state: RoomState): TreatingState | null {
  return (state as { treating?: TreatingState | null }).treating ?? null;
}

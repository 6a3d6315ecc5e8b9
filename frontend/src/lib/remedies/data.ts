import type { RoomState } from '../stream/types';

/** What can be given, and what the room tells of what was. */
export interface Drug {
  id: string;
  title: string;
  acts: 'anticoagulant' | 'heparin-antidote' | 'nitrate' | 'crystalloid' | 'oxygen';
  unit: string;
  routes: Route[];
  doses: number[];
  note: string;
  draft: boolean;
}

export type Route = 'iv' | 'ia' | 'inhaled';
export type Help = 'none' | 'coming' | 'here';

export interface Given {
  drug: string;
  dose: number;
  route: Route;
  t_us: number;
}

export interface RemediesState {
  act: { act_s: number; drawn_us: number } | null;
  act_waits: number;
  fluid_ml: number;
  fluid_waits_ml: number;
  oxygen_l_min: number;
  running: { drug: string; dose: number }[];
  /** The last few. */
  given: Given[];
  /** All doses of each drug added up. */
  sums: Record<string, number>;
  help: Help;
  said: string[];
  drugs?: Drug[];
}

/** The part of the room's state that is about remedies; null where the patient has no vessels. */
export function remediesIn(state: RoomState): RemediesState | null {
  return (state as { remedies?: RemediesState | null }).remedies ?? null;
}

/** Instruments as the server tells them: the cupboard, the table, what lies in the patient, and the commands. */
import type { Sizes } from './sizes.ts';

export type Point = [number, number];

/** Something to be taken from the cupboard. */
export interface Device {
  id: string;
  title: string;
  /** `guide-wire`, `catheter`, `sheath` … */
  kind: string;
  family?: string | null;
  summary?: string;
  length_mm?: number | null;
  /** Where it is thickest, mm. */
  outer_mm?: number | null;
  bore_mm?: number | null;
  /** Thickest wire that it takes, mm. */
  wire_mm?: number | null;
  coat?: string | null;
  shapeable?: boolean;
  /** Its end at rest, in its plane: from the shaft to the tip, mm. */
  outline_mm?: Point[];
  /** Marker bands: from the tip, and how long, mm. */
  markers_mm?: Point[];
  /** Place in the list. */
  order?: number;
  quality?: string;
  /** Of a device that treats: what it is chosen by. */
  sizes?: Sizes;
}

export interface Entry {
  id: string;
  title: string;
  system: string;
  /** What goes through the sheath that lies in it, French. */
  sheath_f: number;
}

/** An instrument that lies on the table. */
export interface OnTable {
  tool: string;
  device: string;
  title: string;
  kind: string;
  family?: string | null;
  length_mm?: number | null;
  outer_mm?: number | null;
  flushed: boolean;
  wet: boolean;
  coat: string | null;
  shapeable: boolean;
  outline_mm?: Point[];
}

/** An instrument that lies in the patient. */
export interface Inside {
  tool: string;
  device: string;
  title: string;
  kind: string;
  family?: string | null;
  length_mm: number;
  outer_mm: number;
  /** Of its tip beyond the sheath's; negative within the sheath. */
  depth_mm: number;
  /** Of its back end behind the hub that it lies in. */
  back_mm: number;
  turn_deg: number;
  drive_mm_s: number;
  drive_deg_s: number;
  pinned: boolean;
  torquer: boolean;
  push_n: number;
  push_most_n: number;
  torque_nmm: number;
  wall_n: number;
  stalled: boolean;
  kinked: boolean;
  flushed: boolean;
  /** In its lumen, as far as the room tells. */
  clot?: boolean | number;
  air?: boolean | number;
  connected: boolean;
  coat?: string | null;
  wet?: boolean;
  /** Name of the vessel at its tip; only with the aid. */
  where?: string | null;
}

export interface Stack {
  /** Innermost first. */
  tools: Inside[];
  wall_n: number;
  tip_n: number;
  sheath_mm: number;
}

export interface InstrumentsState {
  /** None until something was taken from the cupboard. */
  accesses: Entry[];
  table: OnTable[];
  /** Places of entry that something lies in. */
  stacks: Record<string, Stack>;
  aid: boolean;
}

/** What was left in the patient when a session was closed. */
export interface Retained {
  tool: string;
  title: string;
  access?: string;
  device?: string;
}

/** Commands and their arguments. */
export interface Orders {
  'instrument.pick': { device: string };
  'instrument.return': { tool: string };
  'instrument.flush': { tool: string };
  'instrument.wet': { tool: string };
  'instrument.shape': { tool: string; angle_deg: number; length_mm: number };
  'instrument.load': { tool: string; access: string; over: string | null };
  'instrument.drive': { tool: string; mm_s: number; deg_s: number };
  'instrument.move': { tool: string; mm: number; deg: number };
  'instrument.pin': { tool: string; on: boolean };
  'instrument.torquer': { tool: string; on: boolean };
  'instrument.goal': { tool: string; depth_mm: number | null; mm_s: number };
  'instrument.remove': { tool: string };
  'instrument.connect': { tool: string };
  'access.sheath': { access: string; tool: string };
  'instrument.halt': Record<string, never>;
  'instrument.aid': { on: boolean };
}

/** Every tool in the patient, with where it entered. */
export function inside(state: InstrumentsState | null | undefined): { access: string; tool: Inside }[] {
  return Object.entries(state?.stacks ?? {}).flatMap(([access, stack]) => (stack?.tools ?? []).map((tool) => ({ access, tool })));
}

export function findInside(state: InstrumentsState | null | undefined, id: string | null): { access: string; tool: Inside } | undefined {
  return id === null ? undefined : inside(state).find((one) => one.tool.tool === id);
}

import type { Suite } from '../suite/suite.svelte';
import { bloodCommands } from './blood';
import { displayCommands } from './display';
import { exposureCommands } from './exposure';
import { gantryCommands } from './gantry';
import { instrumentCommands } from './instruments';
import { pageCommands } from './page';
import { patientCommands } from './patient';
import { remedyCommands } from './remedies';
import { reviewCommands } from '../review/commands';
import { runCommands } from './runs';
import { taskCommands } from './task';
import { treatingCommands } from './treating';
import { xrayCommands } from './xray';

/** What a person can do in the suite. Toolbar, key map, palette and re-binding sheet are made from this table. */
export interface Command {
  id: string;
  label: string;
  /** One or two words for a key cap or a button. */
  short: string;
  group: Group;
  /** Chords that run it by default (see `keys.ts`). */
  keys: string[];
  pedal?: Pedal;
  /** Acts while the key is down; `release` ends it. */
  hold?: boolean;
  /** Acts again and again while the key is down. */
  repeat?: boolean;
  /** Keys count only in this mode (they may then shadow everyday ones). */
  mode?: Mode;
  /** May run while this page only watches. */
  watch?: boolean;
  when?: (suite: Suite) => boolean;
  run: (suite: Suite, fine: boolean) => void;
  release?: (suite: Suite) => void;
}

export type Group = 'xray' | 'image' | 'gantry' | 'patient' | 'blood' | 'instruments' | 'treating' | 'review' | 'task' | 'page';
export type Pedal = 'left' | 'middle' | 'right';
export type Mode = 'collimate' | 'poses' | 'store-pose' | 'answer' | 'catheter' | 'injector' | 'hands' | 'second' | 'table' | 'treating' | 'syringe' | 'coil' | 'filter' | 'retrieve' | 'closing' | 'review' | 'review-shift';

/** What to press before the keys of a mode count. */
export const MODE_COMMANDS: Record<Mode, string> = {
  collimate: 'mode.collimate',
  poses: 'mode.poses',
  'store-pose': 'mode.store_pose',
  answer: 'task.answer',
  catheter: 'mode.catheter',
  injector: 'mode.injector',
  hands: 'page.hands',
  second: 'mode.second',
  table: 'mode.table',
  treating: 'mode.treating',
  syringe: 'mode.syringe',
  coil: 'mode.coil',
  filter: 'mode.filter',
  retrieve: 'mode.retrieve',
  closing: 'mode.closing',
  review: 'review.toggle',
  'review-shift': 'review.shift',
};

export const GROUPS: Record<Group, string> = {
  xray: 'makes X-rays',
  image: 'image',
  gantry: 'C-arm, table, field',
  patient: 'patient',
  blood: 'catheter, contrast, pressure',
  instruments: 'wires and catheters',
  treating: 'treatment',
  review: 'review of runs',
  task: 'task',
  page: 'page',
};

export const PEDALS: Record<Pedal, { label: string; keys: string[] }> = {
  left: { label: 'Left pedal', keys: ['Semicolon', 'F13'] },
  middle: { label: 'Middle pedal', keys: ['Backslash', 'F14'] },
  right: { label: 'Right pedal', keys: ['Quote', 'F15'] },
};

export const COMMANDS: readonly Command[] = [
  ...xrayCommands,
  ...runCommands,
  ...gantryCommands,
  ...exposureCommands,
  ...displayCommands,
  ...patientCommands,
  ...remedyCommands,
  ...bloodCommands,
  ...instrumentCommands,
  ...treatingCommands,
  ...reviewCommands,
  ...taskCommands,
  ...pageCommands,
];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

/** @throws RangeError when no command has this id. */
export function command(id: string): Command {
  const found = byId.get(id);
  if (!found) throw new RangeError(`No command '${id}' in the table.`);
  return found;
}

export function available(one: Command, suite: Suite): boolean {
  if (!suite.operator && !one.watch) return false;
  return one.when?.(suite) ?? true;
}

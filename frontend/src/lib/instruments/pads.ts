/** Gamepads by data: which stick drives what, which button runs which command. */
import { curved, STICK_DEG_S, STICK_MM_S } from './rates.ts';

export type HandName = 'first' | 'second';
export type Way = 'advance' | 'turn';

export interface PadAxis {
  axis: number;
  hand: HandName;
  way: Way;
  /** -1 turns it over: sticks count down as positive. */
  sign: 1 | -1;
}

export interface PadButton {
  button: number;
  /** Id of a command of the table. */
  command: string;
}

export interface PadMap {
  axes: PadAxis[];
  buttons: PadButton[];
}

/** The "standard" layout of browsers: left stick the first hand, right stick the second. X-rays are on no button. */
export const STANDARD: PadMap = {
  axes: [
    { axis: 1, hand: 'first', way: 'advance', sign: -1 },
    { axis: 0, hand: 'first', way: 'turn', sign: 1 },
    { axis: 3, hand: 'second', way: 'advance', sign: -1 },
    { axis: 2, hand: 'second', way: 'turn', sign: 1 },
  ],
  buttons: [
    { button: 0, command: 'hands.pin' },
    { button: 1, command: 'hands.flush' },
    { button: 2, command: 'hands.torquer' },
    { button: 3, command: 'hands.next_tool' },
    { button: 4, command: 'hands.slow' },
    { button: 5, command: 'hands.fast' },
    { button: 8, command: 'hands.halt' },
    { button: 9, command: 'hands.swap' },
  ],
};

export interface PadLike {
  axes: readonly number[];
  buttons: readonly { pressed: boolean }[];
}

/** What a pad's sticks ask of a hand, before the gear. */
export function stickRates(pad: PadLike, map: PadMap, hand: HandName): { mm_s: number; deg_s: number } {
  let mm_s = 0;
  let deg_s = 0;
  for (const one of map.axes) {
    if (one.hand !== hand) continue;
    const value = one.sign * curved(pad.axes[one.axis] ?? 0);
    if (one.way === 'advance') mm_s += value * STICK_MM_S;
    else deg_s += value * STICK_DEG_S;
  }
  return { mm_s, deg_s };
}

/** Commands whose button went down, and whose went up, since the last look. */
export function buttonChanges(pad: PadLike, map: PadMap, down: ReadonlySet<string>): { down: Set<string>; pressed: string[]; released: string[] } {
  const now = new Set(map.buttons.filter((one) => pad.buttons[one.button]?.pressed).map((one) => one.command));
  return { down: now, pressed: [...now].filter((id) => !down.has(id)), released: [...down].filter((id) => !now.has(id)) };
}

/** What hands feel, said without hardware: a share, a word, a pitch, a tremor. */
import type { Inside } from './data.ts';

export type Feel = 'free' | 'light' | 'firm' | 'hard' | 'limit';

/** The bar of wall force ends here; more is a full bar with its number. */
export const WALL_BAR_N = 1;
/** Below this a force is noise of the rods at rest, N. */
const NOTHING_N = 0.02;

/** Share of the most that the hand can push with before fingers slip or the shaft buckles before the valve, 0 to 1. */
export function pushShare(tool: Pick<Inside, 'push_n' | 'push_most_n'>): number {
  const most = tool.push_most_n > 0 ? tool.push_most_n : 1;
  return Math.min(1, Math.abs(tool.push_n) / most);
}

export const wallShare = (n: number): number => Math.min(1, Math.max(0, n / WALL_BAR_N));

export function feelOf(share: number, n: number): Feel {
  if (Math.abs(n) < NOTHING_N) return 'free';
  if (share < 0.3) return 'light';
  if (share < 0.6) return 'firm';
  return share < 0.9 ? 'hard' : 'limit';
}

/** What matters most of a tool now, for the one line that it has. */
export function troubleOf(tool: Pick<Inside, 'kinked' | 'stalled' | 'clot' | 'air'>): 'kinked' | 'stalled' | 'clot' | 'air' | null {
  if (tool.kinked) return 'kinked';
  if (tool.stalled) return 'stalled';
  if (tool.clot) return 'clot';
  return tool.air ? 'air' : null;
}

/** Pitch of a force, Hz: two octaves from no force to the limit; 0 is silence. */
export function pitchOf(share: number): number {
  return share < 0.05 ? 0 : 180 * 4 ** Math.min(1, share);
}

/** How long a tremor lasts every fifth of a second, ms; 0 is none. */
export function tremorOf(share: number): number {
  return share < 0.5 ? 0 : Math.round(15 + 105 * Math.min(1, (share - 0.5) / 0.5));
}

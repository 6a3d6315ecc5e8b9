/** How fast hands feed a coil or a plug. */
import type { Delivery } from './data.ts';

/** At the tip, and with Shift. */
export const FEED_MM_S = 8;
export const FINE_MM_S = 2;
/** Far from the tip, in the catheter, where nothing can go amiss. */
const QUICK_MM_S = 80;
const NEAR_MM = 40;

/** The rate of a held key: quick in the catheter, slow from shortly before its tip on. */
export function feedMmS(one: Delivery, on: boolean, fine: boolean): number {
  const near = one.tube_mm - one.in_mm < NEAR_MM;
  const mm_s = fine ? FINE_MM_S : near ? FEED_MM_S : QUICK_MM_S;
  return on ? mm_s : -mm_s;
}

/** Share of a coil that has left its catheter's tip. */
export function outShare(one: Delivery): number {
  return Math.min(1, Math.max(0, one.out_mm / Math.max(one.length_mm, 1e-9)));
}

/** Whether it can be drawn back: it hangs on a pusher, or nothing of it is in yet. */
export function comesBack(one: Delivery): boolean {
  return one.detachable;
}

/** How fast hands are: three gears for keys, wheel and drag, and the curve of a stick. */

export type Gear = 'fine' | 'normal' | 'coarse';
export const GEARS: readonly Gear[] = ['fine', 'normal', 'coarse'];

export interface Rates {
  /** While a key is held. */
  mm_s: number;
  deg_s: number;
  /** A notch of a wheel. */
  notch_mm: number;
  notch_deg: number;
  /** A pixel of a drag. */
  drag_mm: number;
  drag_deg: number;
}

/** Fine is for the last millimetres before an ostium, coarse for straight ways that are known. */
export const RATES: Record<Gear, Rates> = {
  fine: { mm_s: 4, deg_s: 30, notch_mm: 0.5, notch_deg: 5, drag_mm: 0.08, drag_deg: 0.25 },
  normal: { mm_s: 20, deg_s: 120, notch_mm: 2, notch_deg: 15, drag_mm: 0.3, drag_deg: 0.75 },
  coarse: { mm_s: 80, deg_s: 360, notch_mm: 8, notch_deg: 45, drag_mm: 1.2, drag_deg: 2 },
};

/** What the room takes at most. */
export const MOST_MM_S = 100;
export const MOST_DEG_S = 720;
/** A stick pushed all the way. */
export const STICK_MM_S = 60;
export const STICK_DEG_S = 360;

export const DEADZONE = 0.15;
const CURVE = 2;

/** A stick's deflection as -1 to 1: nothing in its dead zone, slow near it, continuous at its edge. */
export function curved(value: number, deadzone = DEADZONE, power = CURVE): number {
  const size = Math.min(1, Math.abs(value));
  if (!(size > deadzone)) return 0;
  return Math.sign(value) * ((size - deadzone) / (1 - deadzone)) ** power;
}

export const clamped = (value: number, most: number): number => (Number.isFinite(value) ? Math.min(most, Math.max(-most, value)) : 0);

/** Which gear counts: a held modifier goes before the gear that was chosen; coarse wins over fine. */
export function gearOf(chosen: Gear, fine: boolean, coarse: boolean): Gear {
  return coarse ? 'coarse' : fine ? 'fine' : chosen;
}

/** Notches of a wheel event: pads of laptops give many small ones. Up is onwards. */
export function notches(event: { deltaX: number; deltaY: number; deltaMode: number }): number {
  const turned = event.deltaY || event.deltaX;
  const one = event.deltaMode === 1 ? 3 : event.deltaMode === 2 ? 1 : 100;
  return clamped(-turned / one, 5);
}

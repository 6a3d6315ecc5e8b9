/** Arithmetic of an embolic syringe. */
import type { Device } from '../instruments/data.ts';
import type { Syringe } from './data.ts';

export const SLOW_ML_S = 0.2;
export const FAST_ML_S = 1;
/** Most that the room takes in one push, and the drop that ends one. */
const MOST_ML = 50;
export const LAST_ML = 0.05;

/** What a held plunger asks for: all that is left, as the room gives no more at once. Null when it is empty. */
export function pushed(one: Syringe, fast: boolean): { ml: number; rate_ml_s: number } | null {
  if (one.left_ml < LAST_ML) return null;
  return { ml: Math.min(one.left_ml, MOST_ML), rate_ml_s: fast ? FAST_ML_S : SLOW_ML_S };
}

/** Volumes of contrast that particles are made up with: half of what the vial says, that, twice that. */
export function volumesMl(device: Device | null): number[] {
  const ml = device?.sizes?.dilute_ml;
  return ml ? [0.5, 1, 2].map((share) => Number((share * ml).toFixed(1))) : [];
}

/** What embolises from a syringe, and is modelled. */
export function isAgent(device: Device): boolean {
  return device.kind === 'particles' || (device.kind === 'liquid-embolic' && device.sizes?.agent !== 'sclerosant');
}

/** With what the suite is worked: told to the log once, because hands are compared only within one device. */

export type Device = 'keyboard' | 'mouse' | 'touch';

/** So many acts are counted before the device is told. */
export const ENOUGH = 5;

/** What most of the acts were made with; the one counted first among equals. */
export function mostUsed(counts: ReadonlyMap<Device, number>): Device | null {
  let most: Device | null = null;
  for (const [device, count] of counts) if (most === null || count > (counts.get(most) ?? 0)) most = device;
  return most;
}

/** A pen is held like a mouse: it points without covering what it points at. */
export function deviceOf(pointerType: string): Device {
  return pointerType === 'touch' ? 'touch' : 'mouse';
}

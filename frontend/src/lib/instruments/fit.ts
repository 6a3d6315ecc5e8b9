/**
 * Which devices of the cupboard may go with what is in the patient: a filter, no judge.
 *
 * The room itself decides when something is loaded, on every bore and length, and says why not. Here only
 * widths are compared, with the clearances of the content's compatibility rules.
 */
import type { Device, Inside, InstrumentsState, Stack } from './data.ts';
import type { Between } from './sizes.ts';

/** Free of a tube's bore around a wire, and around a catheter in a catheter, mm. */
const AROUND_WIRE_MM = 0.05;
const AROUND_TUBE_MM = 0.08;
/** A sheath's bore is wider than its label by this at least, mm. */
const SHEATH_FREE_MM = 0.06;

export const isWire = (one: { kind: string }): boolean => one.kind === 'guide-wire';
const isTube = (one: { kind: string }): boolean => one.kind === 'catheter' || one.kind === 'sheath' || one.kind === 'dilator';
/** A sheath that an entry can have for its own: not one that is led over a wire, nor one for the wrist. */
export const isShort = (one: Pick<Device, 'kind' | 'family'> | undefined): boolean => one?.kind === 'sheath' && (one.family === 'short' || one.family === 'large');
/** Whether it is led into vessels at all. */
export const isLed = (one: { kind: string }): boolean => isWire(one) || isTube(one);

/** Whether a device may go into the innermost lumen, or over the innermost tool, of the access in hand. */
export function mayFit(device: Device, state: InstrumentsState, access: string | null, devices: ReadonlyMap<string, Device>): boolean {
  const entry = state.accesses.find((one) => one.id === access);
  const stack = state.stacks[access ?? ''];
  if (isPushed(device)) return passes(device, stack?.tools.map((one) => devices.get(one.device)?.bore_mm ?? null) ?? []);
  if (!isLed(device) || device.outer_mm == null) return false;
  const label = device.sizes?.stent?.sheath_f ?? device.sizes?.balloon?.sheath_f ?? 0;
  if (label > (entry?.sheath_f ?? 99)) return false;
  const sheath = (entry?.sheath_f ?? 99) / 3 + SHEATH_FREE_MM;
  if (device.outer_mm > sheath) return false;
  const innermost = stack?.tools[0];
  if (!innermost) return true;
  const bore = devices.get(innermost.device)?.bore_mm ?? null;
  const goesIn = bore !== null && device.outer_mm + (isWire(device) ? AROUND_WIRE_MM : AROUND_TUBE_MM) <= bore + 1e-9;
  return goesIn || goesOver(device, innermost);
}

/** A coil or a plug, which is pushed through a catheter. */
const isPushed = (one: { kind: string }): boolean => one.kind === 'coil' || one.kind === 'plug';

/** Whether one of these bores is of the width that a coil keeps straight in, or that a plug folds into. */
function passes(device: Device, bores_mm: readonly (number | null)[]): boolean {
  const lumen = device.sizes?.lumen_mm;
  if (lumen === undefined) return false;
  const { low, high }: Between = typeof lumen === 'number' ? { low: lumen, high: Infinity } : lumen;
  return bores_mm.some((bore) => bore !== null && low <= bore + 1e-9 && bore <= high + 1e-9);
}

function goesOver(device: Device, inner: Inside): boolean {
  if (!isTube(device) || device.bore_mm == null) return false;
  return inner.outer_mm + (isWire(inner) ? AROUND_WIRE_MM : AROUND_TUBE_MM) <= device.bore_mm + 1e-9;
}

/** What a tool can be loaded over in this access: each wire or tube in it, innermost first. A wire goes over nothing. */
export function overChoices(tool: { kind: string }, stack: Stack | undefined): Inside[] {
  return isTube(tool) ? [...(stack?.tools ?? [])] : [];
}

/** How it is usually loaded: a tube over the innermost wire, a wire into the innermost lumen. */
export function usualOver(tool: { kind: string; family?: string | null }, stack: Stack | undefined): string | null {
  const innermost = stack?.tools[0];
  return innermost && isTube(tool) && isWire(innermost) ? innermost.tool : null;
}

/** One length ruler for all tools of an access: millimetres beyond the sheath's tip, what lies outside drawn short. */
import type { Inside, Stack } from './data.ts';

/** Share of the ruler's width for what lies outside. */
const OUTSIDE = 0.27;
const STEP_MM = 100;
const LEAST_INSIDE_MM = 200;
/** Room beyond the foremost tip, so that the ruler does not change with every millimetre. */
const AHEAD_MM = 40;
/** What a hand holds of a wire, mm (as the compatibility rules of the content reckon). */
export const HAND_MM = 100;

export interface Ruler {
  /** Back end that lies farthest out, and the farthest tip that it can show, mm. */
  low_mm: number;
  high_mm: number;
  /** Of the sheath's valve, where the outside begins. */
  valve_mm: number;
}

export const endMm = (tool: Pick<Inside, 'depth_mm' | 'length_mm'>): number => tool.depth_mm - tool.length_mm;

/** The ruler for a stack. One that was shown before stays while it still holds everything. */
export function rulerOf(stack: Stack, before: Ruler | null = null): Ruler {
  const valve_mm = -stack.sheath_mm;
  const farthest = Math.max(LEAST_INSIDE_MM, ...stack.tools.map((tool) => tool.depth_mm + AHEAD_MM));
  const high = Math.ceil(farthest / STEP_MM) * STEP_MM;
  const back = Math.min(valve_mm - STEP_MM, ...stack.tools.map(endMm));
  const low = Math.floor(back / STEP_MM) * STEP_MM;
  if (!before || before.valve_mm !== valve_mm) return { low_mm: low, high_mm: high, valve_mm };
  const keepHigh = before.high_mm >= high && before.high_mm <= high + STEP_MM;
  const keepLow = before.low_mm <= low && before.low_mm >= low - STEP_MM;
  return { low_mm: keepLow ? before.low_mm : low, high_mm: keepHigh ? before.high_mm : high, valve_mm };
}

/** Where a length lies on the ruler, 0 to 1. Outside and inside have each a scale of their own. */
export function placeOf(ruler: Ruler, mm: number): number {
  const { low_mm, high_mm, valve_mm } = ruler;
  const at = mm < valve_mm ? (OUTSIDE * (mm - low_mm)) / (valve_mm - low_mm) : OUTSIDE + ((1 - OUTSIDE) * (mm - valve_mm)) / (high_mm - valve_mm);
  return Math.min(1, Math.max(0, at));
}

/** Marks of the ruler inside: every 100 mm, fewer where they would crowd. */
export function ticksOf(ruler: Ruler, most = 5): number[] {
  const steps = [50, 100, 200, 250, 500, 1000];
  const step = steps.find((one) => ruler.high_mm / one <= most) ?? 1000;
  return Array.from({ length: Math.floor(ruler.high_mm / step) }, (_, n) => (n + 1) * step);
}

/** Length of a tool outside of the sheath's valve. */
export function outsideMm(tool: Pick<Inside, 'length_mm' | 'depth_mm'>, sheathMm: number): number {
  return Math.min(tool.length_mm, Math.max(0, tool.length_mm - tool.depth_mm - sheathMm));
}

export interface Exchange {
  wire: Inside;
  needs_mm: number;
  has_mm: number;
  enough: boolean;
}

/**
 * Whether a tube comes off the wire in it while the wire stays: what of the wire lies outside has to be the
 * tube's length and a hand. Null where no wire lies in it.
 */
export function exchangeOf(stack: Stack, tool: string): Exchange | null {
  const at = stack.tools.findIndex((one) => one.tool === tool);
  const wire = stack.tools[0];
  const tube = stack.tools[at];
  if (at < 1 || !tube || wire?.kind !== 'guide-wire') return null;
  const needs_mm = tube.length_mm + HAND_MM;
  const has_mm = outsideMm(wire, stack.sheath_mm);
  return { wire, needs_mm, has_mm, enough: has_mm >= needs_mm };
}

/** What is said of a back end: held with ease, short, or gone into the hub before it. */
export function backOf(tool: Pick<Inside, 'back_mm'>): 'held' | 'short' | 'gone' {
  if (tool.back_mm < 5) return 'gone';
  return tool.back_mm < HAND_MM ? 'short' : 'held';
}

/** Where a hub stands after all its turns, whole degrees from 0 to 359, clockwise. */
export const turnOf = (deg: number): number => ((Math.round(deg) % 360) + 360) % 360;

/** Millimetres as `34.6 cm`. */
export function cmWords(mm: number, decimals = 1): string {
  const text = (mm / 10).toFixed(decimals);
  return `${Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')} cm`;
}

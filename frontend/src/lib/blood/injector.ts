/** The injector and its safety in words and steps; nothing here knows a session. */
import type { Catheter, Contrast, Device, Injector, Pressure, Wall } from './data.ts';

export type Tone = 'idle' | 'ready' | 'busy' | 'armed' | 'bad';

export interface StateWords {
  name: string;
  more: string;
  tone: Tone;
}

const RUNNING = new Set(['rising', 'steady', 'limited', 'emptying']);

export const isRunning = (state: string): boolean => RUNNING.has(state);

/** The state as a name, what to know or do, and how it is shown. */
export function stateWords(one: Injector): StateWords {
  const { state, air } = one;
  const set = `${amount(one.rate_ml_s)} ml/s, ${amount(one.volume_ml)} ml`;
  if (state === 'waiting') return { name: 'Waiting', more: `injects ${set} after its delay`, tone: 'busy' };
  if (state === 'emptying') return { name: 'Line empties', more: `${one.injected_ml.toFixed(1)} of ${amount(one.volume_ml)} ml`, tone: 'busy' };
  if (isRunning(state)) {
    const limited = one.limited || state === 'limited';
    return { name: limited ? 'Injecting, pressure limited' : 'Injecting', more: `${one.injected_ml.toFixed(1)} of ${amount(one.volume_ml)} ml`, tone: limited ? 'bad' : 'busy' };
  }
  if (air === 'seen') return { name: 'Air in the line', more: 'purge, then look again', tone: 'bad' };
  if (state === 'armed') return { name: 'Armed', more: air === 'clear' ? set : `${set}; nobody looked for air`, tone: air === 'clear' ? 'armed' : 'bad' };
  if (state === 'ended') return { name: 'Ended', more: `${one.injected_ml.toFixed(1)} ml${one.was_limited ? ', the pressure limit held it back' : ''}`, tone: 'ready' };
  if (state === 'aborted') return { name: 'Aborted', more: `after ${one.injected_ml.toFixed(1)} ml`, tone: 'bad' };
  if (one.fill_ml <= 0) return { name: 'Empty', more: 'fill it with a medium', tone: 'idle' };
  if (air === 'clear') return { name: 'Ready to arm', more: `${one.fill_ml.toFixed(0)} ml, no air`, tone: 'ready' };
  return { name: 'Filled', more: state === 'purged' ? 'look for air' : 'purge, then look for air', tone: 'idle' };
}

export const RATES_ML_S = [0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45];
export const VOLUMES_ML = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 100, 120, 150];
export const RISES_S = [0, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 9.9];
export const LIMITS_PSI = [50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 900, 1000, 1050, 1200];
export const PUFFS_ML = [1, 2, 3, 5, 8, 10];
export const GAS_ML = [5, 10, 20, 30, 40, 50, 60, 80, 100];

/** The next value of a rising list; the value itself at its ends. */
export function stepped(list: readonly number[], value: number, step: 1 | -1): number {
  if (step > 0) return list.find((one) => one > value + 1e-6) ?? value;
  return list.findLast((one) => one < value - 1e-6) ?? value;
}

/** What is set beyond what the catheter bears. */
export function beyond(one: Injector): { rate: boolean; psi: boolean; volume: boolean } {
  const { limits } = one;
  const over = (value: number, limit: number | null | undefined): boolean => limit != null && value > limit + 1e-6;
  return { rate: over(one.rate_ml_s, limits?.rate_ml_s), psi: over(one.limit_psi, limits?.psi), volume: over(one.volume_ml, limits?.volume_ml) };
}

export function limitWords(one: Injector): string {
  const { limits } = one;
  if (!limits) return 'No catheter is connected';
  const parts = [limits.rate_ml_s == null ? '' : `${amount(limits.rate_ml_s)} ml/s`, limits.psi == null ? '' : `${limits.psi.toFixed(0)} psi`, limits.volume_ml == null ? '' : `${amount(limits.volume_ml)} ml`].filter(Boolean);
  return `${limits.by} bears ${parts.join(', ') || 'more than can be set'}`;
}

export function amount(value: number): string {
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 1 : 0);
}

const HOLES = { end: 'end hole', side: 'side holes', both: 'end and side holes' };

export function deviceWords(one: Pick<Device, 'french' | 'holes' | 'max_psi' | 'max_ml_s'> & { shape?: string; title?: string }): string {
  const french = `${amount(one.french)} F`;
  return [one.title?.includes(french) ? '' : french, one.max_ml_s == null ? '' : `${amount(one.max_ml_s)} ml/s`, one.max_psi == null ? '' : `${one.max_psi.toFixed(0)} psi`, HOLES[one.holes], one.shape ?? ''].filter(Boolean).join(' · ');
}

const WALL: Record<Wall, string> = { free: 'Tip is free', wall: 'Tip lies against the wall', wedged: 'Tip is wedged' };

/** What is known of the tip; nothing before a puff or the pressure told. */
export function tipWords(one: Catheter): { text: string; bad: boolean; known: boolean } {
  if (!one.checked || one.wall === null) return { text: 'Tip not checked: puff, or look at the pressure', bad: false, known: false };
  return { text: WALL[one.wall], bad: one.wall !== 'free', known: true };
}

/** The dose of contrast against this patient's limit. */
export function contrastWords(one: Contrast): string {
  return one.limit_ml === null ? ', no limit is known for this patient' : ` of ${one.limit_ml.toFixed(0)} ml`;
}

const DAMPING = { normal: '', damped: 'damped', ventricular: 'ventricular' };

export function pressureWords(one: Pressure | null | undefined): string {
  if (!one) return 'no line yet';
  if (!one.shown) return 'line closed';
  return [one.site, one.zeroed ? '' : 'not zeroed', DAMPING[one.damping]].filter(Boolean).join(', ');
}

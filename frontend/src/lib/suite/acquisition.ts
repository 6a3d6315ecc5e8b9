/** What the acquisition pedal makes, in words and steps; nothing here knows a session. */
import type { Acquisition, Injection, Programme, Roadmap, RunNow, RunPhase } from '../stream/types';

/** Durations of a phase that the steppers go through, seconds. */
const SECONDS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 45, 60];
export const MOST_PHASES = 6;

/** As the command wants them. */
export type Pairs = [number, number | null][];

export function pairs(phases: readonly RunPhase[]): Pairs {
  return phases.map((phase) => [phase.rate_hz, phase.seconds]);
}

/** The neighbour of a value in a rising list; the value itself at the ends. */
export function neighbour(list: readonly number[], value: number, step: number): number {
  if (step > 0) return list.find((one) => one > value + 1e-9) ?? value;
  return list.findLast((one) => one < value - 1e-9) ?? value;
}

export function withRate(phases: readonly RunPhase[], at: number, rates: readonly number[], step: number): Pairs {
  return pairs(phases).map(([rate, s], i) => [i === at ? neighbour(rates, rate, step) : rate, s]);
}

/** Longer or shorter; beyond the longest, the last phase lasts to the end. */
export function withSeconds(phases: readonly RunPhase[], at: number, step: number): Pairs {
  const last = phases.length - 1;
  return pairs(phases).map(([rate, s], i) => {
    if (i !== at) return [rate, s];
    if (s === null) return [rate, step < 0 ? (SECONDS.at(-1) ?? 60) : null];
    if (step > 0 && i === last && s >= (SECONDS.at(-1) ?? 60)) return [rate, null];
    return [rate, neighbour(SECONDS, s, step)];
  });
}

/** One phase more: the last one ends after five seconds, the new one is slower and lasts to the end. */
export function added(phases: readonly RunPhase[], rates: readonly number[]): Pairs {
  const now = pairs(phases);
  const last = now.at(-1);
  if (!last || now.length >= MOST_PHASES) return now;
  last[1] ??= 5;
  return [...now, [neighbour(rates, last[0], -1), null]];
}

/** One phase less; what is then the last lasts to the end. */
export function removed(phases: readonly RunPhase[]): Pairs {
  const now = pairs(phases);
  if (now.length < 2) return now;
  const rest = now.slice(0, -1);
  const last = rest.at(-1);
  if (last) last[1] = null;
  return rest;
}

export function programmeOf(acquisition: Acquisition | undefined): Programme | undefined {
  return acquisition?.programmes.find((one) => one.id === acquisition.programme);
}

export function phaseWords(phases: readonly RunPhase[]): string {
  return phases.map((phase) => `${phase.rate_hz}/s${phase.seconds === null ? '' : ` for ${phase.seconds} s`}`).join(', then ');
}

export function maskWords({ kind, mask }: Pick<Acquisition, 'kind' | 'mask'>): string {
  if (mask.when === 'later') return kind === 'dsa' ? 'mask later' : 'no mask';
  return mask.count > 1 ? `mask frames ${mask.frame} to ${mask.frame + mask.count - 1}` : `mask frame ${mask.frame}`;
}

/** How pedal and injection hang together. */
export function couplingWords({ coupled, xray_delay_s, injection_delay_s }: Injection): string {
  if (!coupled) return 'injection by hand';
  if (xray_delay_s > 0) return `injects, X-ray delay ${xray_delay_s.toFixed(1)} s`;
  if (injection_delay_s > 0) return `injection delay ${injection_delay_s.toFixed(1)} s`;
  return 'injects with the press';
}

export function injectionWords({ state, age_s }: Injection): string {
  if (state === 'waiting') return 'Injection waits';
  if (state === 'running') return `Contrast for ${(age_s ?? 0).toFixed(0)} s`;
  return age_s === null ? 'No injection yet' : `Last injection ${age_s.toFixed(0)} s ago`;
}

/** Seconds until X-rays begin, while an X-ray delay runs. */
export function delayLeft(run: RunNow | null | undefined, injection: Injection | undefined): number | null {
  if (run?.waiting !== 'xray-delay' || !injection) return null;
  return Math.max(0, injection.xray_delay_s - (injection.age_s ?? 0));
}

/** One line for the run that is made: number, frame, rate, mask. */
export function runWords(run: RunNow, phases: number): string {
  const phase = phases > 1 ? ` (phase ${run.phase + 1} of ${phases})` : '';
  const shown = run.subtracted ? 'subtracted' : run.waiting === 'mask' ? 'waiting for the mask' : run.kind === 'dsa' ? 'not subtracted' : '';
  return [`frame ${run.frames}`, `${run.rate_hz}/s${phase}`, shown].filter(Boolean).join(' · ');
}

/** The roadmap's state as a name and what to do or know. */
export function roadmapWords({ state, kind, fade, reason, run }: Roadmap): { name: string; more: string } {
  const name = kind === 'overlay' && state !== 'off' && state !== 'armed' ? 'Overlay' : 'Roadmap';
  const of = run === null ? '' : `run ${run}, `;
  switch (state) {
    case 'armed':
      return { name: `${name} armed`, more: 'inject during the next fluoroscopy' };
    case 'making':
      return { name: `Making the ${name.toLowerCase()}`, more: 'let go when the vessels are filled' };
    case 'ready':
      return { name: `${name} ready`, more: `${of}shown with the next fluoroscopy` };
    case 'live':
      return { name: `${name} live`, more: `${kind === 'overlay' ? of : 'subtracted, '}fade ${Math.round(fade * 100)} %` };
    case 'invalid':
      return { name: `${name} no longer valid`, more: reason || 'the view changed' };
    default:
      return { name: 'No roadmap', more: '' };
  }
}

/** What every screen with a phantom's picture says. */
export function phantomWords(title: string): string {
  return /phantom/i.test(title) ? title : `Test phantom: ${title}`;
}

/** The course of a run on one ruler: which picture was shown, where to jump, how two runs go together. */
import type { Course, FrameAt, Judgement, Note, Value, XrayKind } from './data';

/** Place in the list of the picture that was shown at a moment; -1 before the first. */
export function frameAt(frames: readonly FrameAt[], t_us: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.[0] ?? Infinity) <= t_us) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What made X-rays at a moment; null where the beam was off. */
export function beamAt(course: Course, t_us: number): XrayKind | null {
  return course.xray.find(([from, to]) => t_us >= from && (t_us < to || (from === to && t_us === to)))?.[2] ?? null;
}

export const STOPS = ['fault', 'event', 'hint', 'answer', 'note'] as const;
export type StopKind = (typeof STOPS)[number];
export interface Stop {
  key: string;
  kind: StopKind;
  t_us: number;
  words: string;
  /** A critical error, which closes the gate. */
  critical?: boolean;
}

/** Everything on the ruler that one can jump to, in order of time; words of events come from their log. */
export function stopsOf(course: Course, score: Judgement | null, notes: readonly Note[]): Stop[] {
  const faults = (score?.faults ?? []).flatMap<Stop>((one, i) =>
    one.t_us === null ? [] : [{ key: `fault-${i}`, kind: 'fault', t_us: one.t_us, words: one.text, critical: one.kind === 'critical' }],
  );
  const quiet = new Set(['hint-shown', 'answered']);
  return [
    ...faults,
    ...course.events.filter((one) => !quiet.has(one.name)).map<Stop>((one, i) => ({ key: `event-${i}`, kind: 'event', t_us: one.t_us, words: one.text })),
    ...course.hints.map<Stop>((t_us, i) => ({ key: `hint-${i}`, kind: 'hint', t_us, words: String(i + 1) })),
    ...course.answers.map<Stop>((one, i) => ({ key: `answer-${i}`, kind: 'answer', t_us: one.t_us, words: one.answer ?? '' })),
    ...notes.map<Stop>((one) => ({ key: `note-${one.id}`, kind: 'note', t_us: one.t_us, words: one.text })),
  ].sort((a, b) => a.t_us - b.t_us || STOPS.indexOf(a.kind) - STOPS.indexOf(b.kind));
}

/** A jump that lands within this of where one is would not be seen. */
const NEAR_US = 50_000;

/** The stop before or after a moment; undefined at the ends. */
export function nextStop(stops: readonly Stop[], t_us: number, by: 1 | -1): Stop | undefined {
  return by > 0 ? stops.find((one) => one.t_us > t_us + NEAR_US) : stops.findLast((one) => one.t_us < t_us - NEAR_US);
}

/** Moments that two runs of one drill share: first X-rays, each run, each question's first answer, the end. */
export function anchorsOf(course: Course): Map<string, number> {
  const found = new Map<string, number>([['begin', 0]]);
  const first = course.xray[0];
  if (first) found.set('xray', first[0]);
  course.xray.filter(([, , kind]) => kind === 'run').forEach(([from], i) => found.set(`run-${i + 1}`, from));
  for (const one of course.answers) if (!found.has(`answer-${one.question}`)) found.set(`answer-${one.question}`, one.t_us);
  found.set('end', course.events.findLast((one) => one.name === 'task-finished')?.t_us ?? course.end_us);
  return found;
}

/** The moment of another run that goes with one of this: shared moments lie on each other, between them it is drawn out. */
export function together(mine: Course, other: Course): (t_us: number) => number {
  const there = anchorsOf(other);
  const pairs: [number, number][] = [];
  for (const [key, t] of [...anchorsOf(mine)].sort((a, b) => a[1] - b[1])) {
    const s = there.get(key);
    const last = pairs.at(-1);
    if (s !== undefined && (!last || (t > last[0] && s > last[1]))) pairs.push([t, s]);
  }
  return (t_us) => {
    const at = pairs.findLastIndex(([t]) => t <= t_us);
    const [a, b] = [pairs[at], pairs[at + 1]];
    if (!a) return t_us;
    if (!b) return Math.min(a[1] + t_us - a[0], other.end_us);
    return a[1] + ((t_us - a[0]) / (b[0] - a[0])) * (b[1] - a[1]);
  };
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Seconds at which the ruler has a mark, at most about `most` of them. */
export function ticksOf(end_us: number, most = 12): number[] {
  const end_s = end_us / 1e6;
  const step = STEPS_S.find((one) => end_s / one <= most) ?? 7200;
  return Array.from({ length: Math.floor(end_s / step) + 1 }, (_, i) => i * step);
}

/** A figure at or above the largest of a curve that reads well: 1, 2 or 5 times a power of ten. */
export function roundUp(largest: number): number {
  if (!(largest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5, 10].find((one) => one * power >= largest * 0.999999) ?? 10) * power;
}

/** Ends of the ruler of one measure, so that band and own value both lie on it with some room. */
export function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * 0.15 || Math.abs(high) * 0.15 || 1;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** A value with as many digits as it is worth; a word as it is. */
export function figure(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const text = size >= 100 || Number.isInteger(value) ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.replace('-', '−');
}

/** A length of simulated time, `4:07` or `1:02:03`. */
export function clock(t_us: number): string {
  const s = Math.max(0, Math.floor(t_us / 1e6));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  return hours ? `${hours}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

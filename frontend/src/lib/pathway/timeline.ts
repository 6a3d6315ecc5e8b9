/** The timeline as numbers: what lies where, from days to pixels. Drawing and words are the page's. */
import { anniversaries, dayNumber, isoOf } from './days.ts';

export interface Span {
  id: string;
  title: string;
  from: string;
  until: string;
  /** How far of it is behind; dashed when it is planned only. */
  state: 'past' | 'now' | 'next';
  planned?: boolean;
}

export interface Moment {
  id: string;
  title: string;
  on: string;
  done: boolean;
  words: string;
  /** The requirement it belongs to. */
  requirement?: string | null;
}

export interface Point {
  date: string;
  n: number;
}

export interface Band {
  date: string;
  low: number;
  mid: number;
  high: number;
}

export interface Timeline {
  today: string;
  start: string;
  end: string;
  stages: Span[];
  rotations: Span[];
  leave: Span[];
  exams: Moment[];
  count: { requirement: string; title: string; target: number | null; points: Point[]; projection: Band[] } | null;
  reviews: Moment[];
  research: Span[];
  meetings: Moment[];
}

export interface Axis {
  from: number;
  until: number;
  width: number;
}

/** From the first day that anything has to the last one, with a margin at the end. */
export function axisOf(line: Timeline, width: number): Axis {
  const days = [
    line.start,
    line.end,
    line.today,
    ...line.stages.flatMap((span) => [span.from, span.until]),
    ...line.exams.map((moment) => moment.on),
    ...line.meetings.map((moment) => moment.on),
  ]
    .filter(Boolean)
    .map(dayNumber);
  const from = Math.min(...days);
  const until = Math.max(...days);
  return { from, until: Math.max(from + 30, until + Math.ceil((until - from) * 0.02)), width };
}

export function xOf(axis: Axis, iso: string): number {
  const share = (dayNumber(iso) - axis.from) / (axis.until - axis.from);
  return Math.min(axis.width, Math.max(0, share * axis.width));
}

export interface Tick {
  x: number;
  from: string;
  /** Room until the next tick, px. */
  width: number;
}

/** One tick for each training year. */
export function ticks(axis: Axis): Tick[] {
  const starts = anniversaries(isoOf(axis.from), isoOf(axis.until));
  return starts.map((from, n) => {
    const x = xOf(axis, from);
    const next = starts[n + 1];
    return { x, from, width: (next ? xOf(axis, next) : axis.width) - x };
  });
}

/** The y of a number between the floor and the ceiling of a lane. */
export function yOf(value: number, most: number, top: number, bottom: number): number {
  return most <= 0 ? bottom : bottom - (Math.min(value, most) / most) * (bottom - top);
}

/** The largest number that the lane of counts must show. */
export function mostOf(count: NonNullable<Timeline['count']>): number {
  return Math.max(1, (count.target ?? 0) * 1.08, ...count.points.map((point) => point.n), ...count.projection.map((band) => band.high));
}

export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], n) => `${n ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** The band between low and high as one closed outline. */
export function bandPath(projection: readonly Band[], x: (iso: string) => number, y: (value: number) => number): string {
  if (projection.length < 2) return '';
  const upper = projection.map((band) => [x(band.date), y(band.high)] as const);
  const lower = projection.map((band) => [x(band.date), y(band.low)] as const).reverse();
  return `${path([...upper, ...lower])}Z`;
}

/** Rows for labels that would run into one another: each gets the first row in which it has room. */
export function rows(places: readonly { x: number; width: number }[], gap = 8): number[] {
  const ends: number[] = [];
  return places.map(({ x, width }) => {
    let row = ends.findIndex((end) => end + gap <= x);
    if (row < 0) row = ends.length;
    ends[row] = x + width;
    return row;
  });
}

/** As much of a text as fits a width; '' when not even four letters do. */
export function fitted(text: string, width: number, letter = 6.6): string {
  const room = Math.floor(width / letter);
  if (text.length <= room) return text;
  return room < 4 ? '' : `${text.slice(0, room - 1).trimEnd()}…`;
}

/** Days as ISO words: arithmetic without time zones, and how they are said. */
import { language, LOCALE } from '../i18n/index.ts';

const DAY_MS = 86_400_000;
/** Whole days since 1 Jan 1970. */
export function dayNumber(iso: string): number {
  return Math.round(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / DAY_MS);
}

export function isoOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Today in the person's own calendar. */
export function today(now = new Date()): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

const DAY = new Intl.DateTimeFormat(LOCALE[language], { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat(LOCALE[language], { month: 'short', year: 'numeric', timeZone: 'UTC' });
const DISTANCE = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: 'auto' });
const say = (iso: string | null | undefined, format: Intl.DateTimeFormat) => (iso ? format.format(dayNumber(iso) * DAY_MS) : '');

/** "24 Nov 2026". */
export function dayWords(iso: string | null | undefined): string {
  return say(iso, DAY);
}

/** "Nov 2026". */
export function monthWords(iso: string | null | undefined): string {
  return say(iso, MONTH);
}

/** Days from one day to another; negative when `until` is earlier. */
export function daysBetween(from: string, until: string): number {
  return dayNumber(until) - dayNumber(from);
}

/** "in 19 months", "3 weeks ago", "today". */
export function fromNow(iso: string, now: string): string {
  const days = daysBetween(now, iso);
  const far = Math.abs(days);
  if (far < 14) return DISTANCE.format(days, 'day');
  if (far < 60) return DISTANCE.format(Math.round(days / 7), 'week');
  return far < 730 ? DISTANCE.format(Math.round(days / 30.44), 'month') : DISTANCE.format(Math.round(days / 365.25), 'year');
}

/** The first day of each training year from `start` on, up to `end`. */
export function anniversaries(start: string, end: string): string[] {
  const [year = 0, month = 1, day = 1] = start.slice(0, 10).split('-').map(Number);
  const found: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const last = new Date(Date.UTC(year + n, month, 0)).getUTCDate();
    const iso = new Date(Date.UTC(year + n, month - 1, Math.min(day, last))).toISOString().slice(0, 10);
    if (iso >= end) break;
    found.push(iso);
  }
  return found;
}

import { dayWords, language, LOCALE } from './index';

const relative = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: 'auto' });
const DAY_MS = 86_400_000;

/** Whole days from one day to another in the person's own calendar; negative for the past. */
export function daysTo(iso: string, now = new Date()): number {
  const there = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  const noon = (day: Date): number => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((noon(there) - noon(now)) / DAY_MS);
}

/** “yesterday”, “3 weeks ago”, “in 2 months”. */
export function agoWords(iso: string, now = new Date()): string {
  const days = daysTo(iso, now);
  if (Number.isNaN(days)) return iso;
  const size = Math.abs(days);
  if (size < 14) return relative.format(days, 'day');
  if (size < 60) return relative.format(Math.trunc(days / 7), 'week');
  if (size < 730) return relative.format(Math.trunc(days / 30.44), 'month');
  return relative.format(Math.trunc(days / 365.25), 'year');
}

/** “14:05” today, “Yesterday”, else the day. */
export function momentWords(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return '–';
  const days = daysTo(iso, now);
  if (days === 0) return new Date(iso).toLocaleTimeString(LOCALE[language], { hour: '2-digit', minute: '2-digit' });
  if (days === -1) {
    const words = relative.format(-1, 'day');
    return words.charAt(0).toUpperCase() + words.slice(1);
  }
  return dayWords(iso, now);
}

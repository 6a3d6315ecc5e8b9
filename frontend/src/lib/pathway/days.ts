/** Days as ISO words: arithmetic without time zones, and how they are said. */

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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

/** "24 Nov 2026". */
export function dayWords(iso: string | null | undefined): string {
  if (!iso) return '';
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** "Nov 2026". */
export function monthWords(iso: string | null | undefined): string {
  if (!iso) return '';
  const [year, month] = iso.slice(0, 10).split('-').map(Number);
  return `${MONTHS[(month ?? 1) - 1]} ${year}`;
}

/** Days from one day to another; negative when `until` is earlier. */
export function daysBetween(from: string, until: string): number {
  return dayNumber(until) - dayNumber(from);
}

/** "in 19 months", "3 weeks ago", "today". */
export function fromNow(iso: string, now: string): string {
  const days = daysBetween(now, iso);
  if (days === 0) return 'today';
  const far = Math.abs(days);
  const [amount, unit] = far < 14 ? [far, 'day'] : far < 60 ? [Math.round(far / 7), 'week'] : far < 730 ? [Math.round(far / 30.44), 'month'] : [Math.round(far / 365.25), 'year'];
  const words = `${amount} ${unit}${amount === 1 ? '' : 's'}`;
  return days > 0 ? `in ${words}` : `${words} ago`;
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

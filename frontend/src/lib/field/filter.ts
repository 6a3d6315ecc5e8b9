import { find } from '../guide/find.ts';
import type { FieldEntry } from './data.ts';

/** Kinds in the order in which the directory shows them. */
export const KINDS = [
  'society', 'section', 'interest-group', 'meeting', 'course', 'journal', 'programme', 'fellowship', 'observership', 'scholarship', 'grant', 'mentorship',
  'job-board', 'wellbeing',
] as const;

/** Entries under their kinds, both in order. */
export function byKind(entries: readonly FieldEntry[]): [string, FieldEntry[]][] {
  const known: readonly string[] = KINDS;
  const kinds = [...new Set(entries.map((entry) => entry.kind))].sort((a, b) => known.indexOf(a) - known.indexOf(b));
  return kinds.map((kind) => [kind, entries.filter((entry) => entry.kind === kind)]);
}

/** What of the directory is asked for; '' asks nothing. */
export interface Filter {
  words: string;
  kind: string;
  country: string;
  who: string;
  followed: boolean;
}

export const EVERYTHING: Filter = { words: '', kind: '', country: '', who: '', followed: false };

/** The entries that meet all of a filter. An entry without countries is open to every country. */
export function filtered(entries: readonly FieldEntry[], filter: Filter): FieldEntry[] {
  const met = entries.filter(
    (entry) =>
      (!filter.kind || entry.kind === filter.kind) &&
      (!filter.country || entry.countries.length === 0 || entry.countries.includes(filter.country)) &&
      (!filter.who || entry.who_for.includes(filter.who)) &&
      (!filter.followed || (entry.mine?.follow ?? false)),
  );
  return find(met, filter.words, (entry) => ({ title: entry.title, also: [entry.organiser], rest: entry.text }));
}

/** What occurs in a list of entries, in alphabetical order. */
export function occurring(entries: readonly FieldEntry[], of: (entry: FieldEntry) => readonly string[]): string[] {
  return [...new Set(entries.flatMap(of))].sort((a, b) => a.localeCompare(b, 'en'));
}

/** Name of a country in the language of the page; its code when there is none. */
export function countryName(code: string): string {
  if (code === 'EU') return 'Europe';
  try {
    return new Intl.DisplayNames(['en-GB'], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

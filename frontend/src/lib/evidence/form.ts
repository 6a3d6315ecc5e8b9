import type { Evidence, Form, FormField, Said } from './data.ts';

export type Values = Record<string, unknown>;

/** Fields that are worth a place on the first screen besides the required ones. */
const FIRST: Record<string, readonly string[]> = {
  'real-case': ['rater', 'complication_grade'],
  observation: ['level'],
  course: ['until', 'amount', 'unit'],
  credit: ['title'],
  teaching: ['amount', 'unit'],
  meeting: ['until', 'part'],
  credential: ['until'],
  rotation: ['site'],
  document: ['title'],
  exam: ['attempt'],
  entrustment: ['review_by'],
};

/** What it is about, the required fields and the usual ones first; the others behind “more”. Ratings come from an observation, not from here. */
export function parted(form: Form): { first: FormField[]; rest: FormField[] } {
  const shown = form.fields.filter((field) => field.type !== 'ratings');
  const isFirst = (field: FormField): boolean => field.required || (FIRST[form.kind] ?? []).includes(field.name);
  const first = shown.filter(isFirst).sort((a, b) => Number(b.type === 'terms') - Number(a.type === 'terms'));
  return { first, rest: shown.filter((field) => !isFirst(field)) };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);
}

/** What is sent for these values: nothing that is empty, and what belongs to the kind in its `data`. */
export function saidOf(form: Form, values: Values): Said {
  const said: Said = { kind: form.kind, on: String(values.on ?? ''), data: {} };
  for (const field of form.fields) {
    const value = values[field.name];
    if (isEmpty(value) || (field.type === 'yes-no' && value === false)) continue;
    if (field.in_data) said.data[field.name] = value;
    else said[field.name] = value;
  }
  return said;
}

/** The values of a piece, as its form shows them. */
export function valuesOf(form: Form, piece: Evidence): Values {
  const values: Values = {};
  for (const field of form.fields) {
    const value = field.in_data ? piece.data[field.name] : piece[field.name as keyof Evidence];
    if (!isEmpty(value)) values[field.name] = value;
  }
  return values;
}

/** Required fields that are still empty. */
export function missing(form: Form, values: Values): FormField[] {
  return form.fields.filter((field) => field.required && isEmpty(values[field.name]));
}

/** Names of the fields that differ between two states of a piece. */
export function changed(before: Evidence, after: Evidence): string[] {
  const flat = (piece: Evidence): Map<string, string> => {
    const { id: _id, revision: _revision, recorded_at: _at, data, simulated: _simulated, withdrawn: _withdrawn, ...fields } = piece;
    return new Map(Object.entries({ ...fields, ...data }).map(([name, value]) => [name, JSON.stringify(value ?? null)]));
  };
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => (old.get(name) ?? 'null') !== (now.get(name) ?? 'null'));
}

/** `2026-11` of a day. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The person's own day, not that of Greenwich. */
export function dayOf(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** An id of what somebody typed: “TACE, lobar” → `tace-lobar`. */
export function idOf(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}

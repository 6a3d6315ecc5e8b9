import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence, Form, FormField } from './data.ts';
import { changed, dayOf, idOf, missing, parted, saidOf, valuesOf } from './form.ts';

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  name, label: '', type: 'text', required: false, in_data: false, choices: [], unit: null, min: null, max: null, max_length: null, ...more,
});
const FORM: Form = {
  kind: 'real-case', label: '', by_hand: true, future: false, terms: [], schemes: [],
  fields: [
    field('on', { type: 'day', required: true }),
    field('terms', { type: 'terms', required: true }),
    field('rater', { type: 'alias' }),
    field('pka_gycm2', { type: 'number', in_data: true }),
    field('takeover', { type: 'yes-no', in_data: true }),
    field('ratings', { type: 'ratings', in_data: true }),
  ],
};
const PIECE = { id: 'a', kind: 'real-case', on: '2026-11-02', terms: ['biopsy'], rater: null, note: '', data: { pka_gycm2: 0 }, revision: 1 } as unknown as Evidence;

test('what is empty is not sent, a zero is, and fields of the kind go into its data', () => {
  const said = saidOf(FORM, { on: '2026-11-02', terms: ['biopsy'], rater: '', pka_gycm2: 0, takeover: false });
  assert.deepEqual(said, { kind: 'real-case', on: '2026-11-02', terms: ['biopsy'], data: { pka_gycm2: 0 } });
});

test('a piece goes through its form without a change', () => {
  const said = saidOf(FORM, valuesOf(FORM, PIECE));
  assert.deepEqual([said.terms, said.data], [PIECE.terms, PIECE.data]);
});

test('required fields that are empty are named', () => {
  assert.deepEqual(missing(FORM, { on: '2026-11-02', terms: [] }).map((one) => one.name), ['terms']);
});

test('every field but the ratings is either on the first screen or behind it', () => {
  const { first, rest } = parted(FORM);
  assert.deepEqual([...first, ...rest].map((one) => one.name).sort(), ['on', 'pka_gycm2', 'rater', 'takeover', 'terms']);
});

test('a correction names the fields it changed, inside the data too', () => {
  const after = { ...PIECE, note: 'left side', data: { pka_gycm2: 12 }, revision: 2 } as Evidence;
  assert.deepEqual(changed(PIECE, after).sort(), ['note', 'pka_gycm2']);
  assert.deepEqual(changed(PIECE, { ...PIECE, revision: 3 } as Evidence), []);
});

test('a day is that of the person, and words become an id', () => {
  assert.equal(dayOf(new Date(2028, 1, 29, 0, 1)), '2028-02-29');
  assert.equal(idOf('  TACE, lobar '), 'tace-lobar');
  assert.equal(idOf('Émbolisation'), 'embolisation');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldEntry } from './data.ts';
import { byKind, countryName, EVERYTHING, filtered, occurring } from './filter.ts';

const entry = (id: string, change: Partial<FieldEntry>): FieldEntry => ({
  id, title: id, kind: 'society', organiser: 'someone', countries: [], usual_months: [], month_words: null, cadence: null, link: 'https://example.org',
  verified_on: '2026-11-29', verify_every_months: 12, basis: 'read', who_for: ['student'], text: '', related: [], sources: [], stale: false, quality: 'draft', mine: null, ...change,
});
const ALL = [entry('sir', { countries: ['US'], who_for: ['resident'] }), entry('cirse', {}), entry('jvir', { kind: 'journal', mine: { follow: true, note: '', remind_on: null } })];
const ids = (change: object) => filtered(ALL, { ...EVERYTHING, ...change }).map((one) => one.id);

test('no filter shows everything, and filters agree with one another', () => {
  assert.deepEqual(ids({}), ['sir', 'cirse', 'jvir']);
  assert.deepEqual(ids({ kind: 'journal' }), ['jvir']);
  assert.deepEqual(ids({ kind: 'journal', who: 'resident' }), []);
  assert.deepEqual(ids({ followed: true }), ['jvir']);
});

test('what is bound to no country is there for every country', () => {
  assert.deepEqual(ids({ country: 'GB' }), ['cirse', 'jvir']);
  assert.deepEqual(ids({ country: 'US' }), ['sir', 'cirse', 'jvir']);
});

test('choices are those that occur', () => {
  assert.deepEqual(occurring(ALL, (one) => [one.kind]), ['journal', 'society']);
});

test('countries are named', () => {
  assert.equal(countryName('GB'), 'United Kingdom');
  assert.equal(countryName('EU'), 'Europe');
  assert.equal(countryName('?'), '?');
});

test('entries stand under their kinds, societies before journals', () => {
  assert.deepEqual(byKind([...ALL].reverse()).map(([kind, list]) => [kind, list.length]), [['society', 2], ['journal', 1]]);
});

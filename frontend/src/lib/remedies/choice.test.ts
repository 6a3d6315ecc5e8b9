import assert from 'node:assert/strict';
import test from 'node:test';
import { after, doseWords, drugsOf, fluidsOf, minutesSince, NOTHING, OXYGEN_L_MIN, settled } from './choice.ts';
import type { Drug } from './data.ts';

function drug(id: string, acts: Drug['acts'], routes: Drug['routes'], doses: number[]): Drug {
  return { id, title: id, acts, unit: 'mg', routes, doses, note: '', draft: true };
}

const ALL = [
  drug('heparin', 'anticoagulant', ['iv', 'ia'], [2000, 5000]),
  drug('nitroglycerin', 'nitrate', ['ia', 'iv'], [100, 200]),
  drug('saline', 'crystalloid', ['iv'], [250, 500]),
  drug('oxygen', 'oxygen', ['inhaled'], [2, 6]),
];

test('fluids and oxygen are not among the drugs', () => {
  assert.deepEqual(drugsOf(ALL).map((one) => one.id), ['heparin', 'nitroglycerin']);
  assert.deepEqual(fluidsOf(ALL).map((one) => one.id), ['saline']);
});

test('without a choice the first drug stands there with its first dose, by its usual route', () => {
  const now = settled(ALL, NOTHING);
  assert.deepEqual([now?.drug.id, now?.dose, now?.route], ['heparin', 2000, 'iv']);
});

test('a dose or a route that the drug does not have is not kept from the drug before', () => {
  const now = settled(ALL, { drug: 'nitroglycerin', dose: 5000, route: 'inhaled' });
  assert.deepEqual([now?.dose, now?.route], [100, 'ia']);
  assert.equal(settled(ALL, { drug: 'nitroglycerin', dose: 200, route: 'iv' })?.dose, 200);
});

test('with nothing on offer nothing can be given', () => {
  assert.equal(settled([], NOTHING), null);
});

test('stepping goes round and begins anew after the last', () => {
  assert.equal(after(OXYGEN_L_MIN, 0), 2);
  assert.equal(after(OXYGEN_L_MIN, 10), 0);
  assert.equal(after(OXYGEN_L_MIN, 3), 0, 'from a value in between to the first');
});

test('the age of a clotting time is in whole minutes and never negative', () => {
  assert.equal(minutesSince(60e6, 60e6 + 119e6), 1);
  assert.equal(minutesSince(90e6, 60e6), 0);
});

test('doses are written in groups of three', () => {
  assert.equal(doseWords(5000, 'IU'), '5,000 IU');
  assert.equal(doseWords(200, 'µg'), '200 µg');
});

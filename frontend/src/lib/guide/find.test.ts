import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byLetter, find, letterOf } from './find.ts';

const ITEMS = [
  { title: 'Biliary drainage', rest: 'needle and wire' },
  { title: 'Wire skills', rest: 'steering' },
  { title: 'Kerma', also: ['Ka,r'], rest: 'dose' },
];
const found = (words: string) => find(ITEMS, words, (item) => item).map((item) => item.title);

test('every word must occur, and names come before the rest', () => {
  assert.deepEqual(found('wire'), ['Wire skills', 'Biliary drainage']);
  assert.deepEqual(found('wire needle'), ['Biliary drainage']);
  assert.deepEqual(found('KA,R'), ['Kerma']);
  assert.deepEqual(found('nothing'), []);
});

test('no words find everything in its order', () => {
  assert.deepEqual(found('  '), ITEMS.map((item) => item.title));
});

test('letters ignore accents and case', () => {
  assert.equal(letterOf('émbole'), 'E');
  assert.equal(letterOf('4D flow'), '#');
  assert.deepEqual(
    byLetter(['beta', 'Alpha', 'bolus'], (word) => word),
    [
      ['A', ['Alpha']],
      ['B', ['beta', 'bolus']],
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandEdges, bandPaths, cellsOf, doseWords, outline, panelsOf, type SkinMap } from './data.ts';

const values = [255, 0, 0, 255, 255, 127, 254, 255, 255, 3, 255, 255];
const map: SkinMap = {
  rows: 3,
  columns: 4,
  max_mgy: 2540,
  view: 'back',
  panels: [{ view: 'back', column: 0, columns: 4 }],
  data: btoa(String.fromCharCode(...values)),
};

test('the map is read back as it was written', () => {
  assert.deepEqual([...cellsOf(map)], values);
  assert.deepEqual(panelsOf({ ...map, panels: undefined }), [{ view: 'back', column: 0, columns: 4 }]);
});

test('bands follow the highest dose, and gray are told apart', () => {
  assert.deepEqual(bandEdges(2500), [10, 30, 100, 300, 1000, 2000]);
  assert.deepEqual(bandEdges(20_000).slice(-3), [5000, 10_000, 15_000]);
  assert.deepEqual(bandEdges(0), []);
});

test('every square with dose lies in one band, those without in none', () => {
  const paths = bandPaths(map, cellsOf(map), bandEdges(2540));
  const squares = paths.join('').match(/h(\d+)/g) ?? [];
  assert.equal(squares.length, 3);
  assert.equal(paths.at(-1), 'M2 1h1v1H2z');
  assert.equal(paths.at(-2), 'M1 1h1v1H1z');
});

test('the outline goes once round the body', () => {
  assert.equal(outline(map, cellsOf(map), panelsOf(map)[0]!), 'M1 0L1 1L1 1L1 2L1 2L1 3L2 3L2 2L3 2L3 1L3 1L3 0Z');
});

test('doses are told in the unit that fits', () => {
  assert.equal(doseWords(0.3), '0.3 mGy');
  assert.equal(doseWords(612.4), '612 mGy');
  assert.equal(doseWords(3042), '3.04 Gy');
});

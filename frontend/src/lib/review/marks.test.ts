import assert from 'node:assert/strict';
import test from 'node:test';
import { angleDeg, shapeOf, wordsOf, type RunMark } from './marks.ts';

test('an angle is taken at the middle point, or between two lines', () => {
  assert.equal(angleDeg([[10, 0], [0, 0], [0, 5]]), 90);
  assert.ok(Math.abs(angleDeg([[0, 0], [10, 0], [5, 5], [10, 10]]) - 45) < 1e-9);
});

test('a length says what its millimetres rest on, and pixels say that they are not calibrated', () => {
  const mark = { id: 1, kind: 'measurement', image: 3, points: [[0, 0], [3, 4]] } as RunMark;
  assert.equal(wordsOf({ ...mark, length_mm: 12.34, calibrated: { kind: 'height' } } as unknown as RunMark), '12.3 mm at table height');
  assert.equal(wordsOf(mark), '5 px, not calibrated');
});

test('a stenosis is drawn by the edges that were found', () => {
  const shape = shapeOf({ id: 1, kind: 'stenosis', image: 1, points: [[0, 0], [0, 9]], left_px: [[1, 0], [1, 4], [1, 9]], right_px: [[3, 0], [2, 4], [3, 9]], narrowest_px: [1.5, 4], diameter_percent: 50, area_percent: 75, minimal_mm: 2, reference_mm: 4, calibrated: { kind: 'isocentre' } } as unknown as RunMark);
  assert.deepEqual(shape.edges.at(-1), [[1, 4], [2, 4]]);
  assert.deepEqual(shape.at, [1.5, 4]);
  assert.deepEqual(shape.lines, []);
  assert.equal(shape.words, '50 % diameter, 75 % area · MLD 2.0 mm of 4.0 mm, at isocentre');
});

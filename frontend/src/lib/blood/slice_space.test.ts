import assert from 'node:assert/strict';
import test from 'node:test';
import type { SliceRange } from './data.ts';
import { at, inSlice, nearestSlice } from './slice_space.ts';

/** Coronal slices from front to back, head up. */
const coronal: SliceRange = { count: 100, first_mm: [-150, -120, 400], step_mm: [0, 2, 0], column_mm: [1.5, 0, 0], row_mm: [0, 0, -1.5], columns: 200, rows: 300 };

test('a click and the cross of its place are the same point', () => {
  const point = at(coronal, 40, 0.25, 0.75);
  const back = inSlice(coronal, point);
  assert.deepEqual([back.u, back.v, back.slice].map((x) => x.toFixed(6)), ['0.250000', '0.750000', '40.000000']);
  assert.equal(nearestSlice(coronal, [0, -120 + 2 * 31.4, 0]), 31);
  assert.equal(nearestSlice(coronal, [0, 900, 0]), 99);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { differs, imageAxes, leftMarker, nextField, OPEN } from './field.ts';

const pose = { rotation_deg: 0, angulation_deg: 0, sid_mm: 1050, sod_mm: 785, table_x_mm: 0, table_y_mm: 0, table_z_mm: 0 };
const held = { pose, collimator: OPEN, fovCm: 42 };

test('nothing moved means the same field', () => {
  const field = nextField(held, held);
  assert.ok(!differs(field, held));
  assert.deepEqual(field.box, [0, 0, 1, 1]);
  assert.equal(Math.round(field.areaChange), 0);
});

test('the patient moved to the right of the picture, so the next field lies to the left on the held image', () => {
  const field = nextField(held, { ...held, pose: { ...pose, table_x_mm: 30 } });
  assert.ok(field.box[0] < 0 && field.box[2] < 1 && Math.abs(field.box[1]) < 1e-9);
});

test('half the width and half the height leave a quarter of the area', () => {
  const half = { left: 0.5, right: 0.5, top: 0.5, bottom: 0.5 };
  const field = nextField(held, { ...held, collimator: half });
  assert.ok(Math.abs(field.areaChange + 75) < 1e-9);
});

test('image axes are perpendicular unit vectors at any angle', () => {
  for (const [a, b] of [[0, 0], [30, 20], [-90, 10], [120, -45]] as const) {
    const { column, row } = imageAxes(a, b);
    const dot = (u: number[], v: number[]) => u.reduce((sum, x, i) => sum + x * (v[i] ?? 0), 0);
    assert.ok(Math.abs(dot(column, row)) < 1e-12 && Math.abs(dot(column, column) - 1) < 1e-12 && Math.abs(dot(row, row) - 1) < 1e-12);
  }
});

test('the letter at the left edge is R in front, A from the left side, L from behind', () => {
  assert.deepEqual([leftMarker(0), leftMarker(90), leftMarker(180), leftMarker(-90)], ['R', 'A', 'L', 'P']);
});

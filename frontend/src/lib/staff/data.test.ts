import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cells, figures, gantry, shade, stepOf, within, type PlanPose } from './data.ts';

const pose: PlanPose = { rotation_deg: 0, angulation_deg: 0, sid_mm: 1050, sod_mm: 785, table_x_mm: 0, table_z_mm: 0 };

test('a rate has the shade whose least it reaches', () => {
  assert.deepEqual([0.5, 1, 9, 10, 3000].map(shade), [-1, 0, 0, 1, 4]);
});

test('cells of the isodose picture stand about their points, rows towards the head', () => {
  const found = cells({ step_mm: 200, rows: 2, columns: 2, x0: -100, z0: 0, usv_h: [0, 5, 20, 0] });
  assert.deepEqual(found, [
    { x: 0, z: -100, shade: 0 },
    { x: -200, z: 100, shade: 1 },
  ]);
});

test('LAO brings the receptor to the left and the tube to the right, cranial the receptor to the head', () => {
  const lao = gantry({ ...pose, rotation_deg: 90 });
  assert.ok(Math.abs(lao.receptor[0] - 265) < 1e-6 && Math.abs(lao.tube[0] + 785) < 1e-6);
  const cranial = gantry({ ...pose, angulation_deg: 30 });
  assert.ok(cranial.receptor[1] > 100 && cranial.tube[1] < -300);
});

test('a place stays inside the walls and arrow keys step as seen on the plan', () => {
  assert.deepEqual(within(-9000, 9000), { x_mm: -2600, z_mm: 2200 });
  assert.deepEqual(stepOf('ArrowUp', false), [0, 100]);
  assert.deepEqual(stepOf('ArrowLeft', true), [-20, 0]);
  assert.equal(stepOf('a', false), null);
});

test('doses are written with three figures at most', () => {
  assert.deepEqual([0, 0.004, 0.345, 12.34, 420.4].map(figures), ['0', '<0.01', '0.34', '12.3', '420']);
});

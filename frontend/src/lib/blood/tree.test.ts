import assert from 'node:assert/strict';
import test from 'node:test';
import type { Tree, Vessel } from './data.ts';
import { beamOf } from './projection.ts';
import { lengthOf, lines, listed, nearest, pointAt, radiusAt, systemsOf } from './tree.ts';

const vessel = (id: string, parent: string | null, at_mm: number, more: Partial<Vessel> = {}): Vessel => ({
  id, parent, at_mm, name: id.replace('-', ' '), system: 'artery', side: null, bed: null,
  points: [[0, 0, 0], [0, 0, -60], [0, 40, -60]], radius: [10, 8, 6], ...more,
});
const tree: Tree = {
  vessels: [vessel('coeliac-trunk', 'aorta', 30), vessel('aorta', null, 0), vessel('left-gastric', 'coeliac-trunk', 10), vessel('arch', 'aorta', 5), vessel('vena-cava', null, 0, { system: 'vein' })],
  beds: [], notices: [],
};

test('a list goes from the trunk to its branches in the order that they leave it', () => {
  assert.deepEqual(listed(tree, '').map(({ vessel: one, depth }) => `${depth} ${one.id}`), ['0 aorta', '1 arch', '1 coeliac-trunk', '2 left-gastric', '0 vena-cava']);
  assert.deepEqual(listed(tree, 'gast left').map(({ vessel: one }) => one.id), ['left-gastric']);
  assert.deepEqual(listed(tree, '', ['vein']).map(({ vessel: one }) => one.id), ['vena-cava']);
  assert.deepEqual(systemsOf(tree).map((one) => one.title), ['Arteries', 'Veins']);
});

test('a place on a centre line is counted from its origin, also when fewer points were sent than it has', () => {
  const one = vessel('x', null, 0);
  assert.equal(lengthOf(one), 100);
  assert.deepEqual(pointAt(one, 80), [0, 20, -60]);
  assert.deepEqual(pointAt({ ...one, length_mm: 110 }, 110), [0, 40, -60]);
  assert.equal(radiusAt(one, 50), 8);
});

test('the nearest centre line on the picture is found within reach, with the place on it', () => {
  const beam = beamOf({ rotation_deg: 0, angulation_deg: 0, sid_mm: 1000, sod_mm: 500, table_x_mm: 0, table_y_mm: 0, table_z_mm: 0 }, 400, [0, 0, 0]);
  const all = lines([vessel('x', null, 0), vessel('y', null, 0, { points: [[50, 0, 0], [50, 0, -60]], radius: [2, 2] })], beam);
  const found = nearest(all, 0.51, 0.5 + (30 * 2) / 400, 0.03);
  assert.equal(found?.vessel.id, 'x');
  assert.equal(Math.round(found?.atMm ?? 0), 30);
  assert.equal(nearest(all, 0.75, 0.55, 0.02)?.vessel.id, 'y');
  assert.equal(nearest(all, 0.1, 0.1, 0.02), null);
});

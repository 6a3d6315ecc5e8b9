import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf, inOrder, nearest, toPixels, under, type Point, type Vessel } from './project.ts';

function vessel(id: string, parent: string | null, points: Point[]): Vessel {
  return { id, name: id, system: 'artery', parent, at_mm: null, origin: 'extracted', length_mm: 1, diameter_mm: 1, points, radius: points.map(() => 1) };
}
const TREE = [
  vessel('limb', 'trunk', [
    [30, -20, -50],
    [40, -20, -60],
  ]),
  vessel('aorta', null, [
    [0, 0, 0],
    [0, 0, -100],
  ]),
  vessel('trunk', 'aorta', [
    [0, 0, -50],
    [30, -20, -50],
  ]),
];

test('from the front the head is up and the left side on the right of the picture', () => {
  const frame = frameOf('front', TREE, 400, 400);
  const [headX, headY] = toPixels(frame, 'front', [0, 0, 0]);
  const [leftX, feetY] = toPixels(frame, 'front', [40, 0, -100]);
  assert.ok(leftX > headX && feetY > headY);
});

test('everything lies within the picture, from every side', () => {
  for (const side of ['front', 'left', 'right'] as const) {
    const frame = frameOf(side, TREE, 300, 500);
    for (const one of TREE) {
      for (const point of one.points) {
        const [x, y] = toPixels(frame, side, point);
        assert.ok(x >= 0 && x <= 300 && y >= 0 && y <= 500);
      }
    }
  }
});

test('the pointer finds the vessel under it and nothing far away', () => {
  const frame = frameOf('front', TREE, 400, 400);
  const [x, y] = toPixels(frame, 'front', [40, -20, -60]);
  assert.deepEqual(under(frame, 'front', TREE, x + 3, y - 2), { vessel: 'limb', at: 1 });
  assert.equal(under(frame, 'front', TREE, 5, 395), null);
});

test('a place in the body finds the vessel beside it', () => {
  assert.deepEqual(nearest(TREE, [1, 1, -99], 8), { vessel: 'aorta', at: 1 });
  assert.equal(nearest(TREE, [100, 100, 100], 8), null);
});

test('the list follows the tree, whatever the order given', () => {
  assert.deepEqual(
    inOrder(TREE).map(({ vessel: one, depth }) => [one.id, depth]),
    [
      ['aorta', 0],
      ['trunk', 1],
      ['limb', 2],
    ],
  );
});

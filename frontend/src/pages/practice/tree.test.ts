import assert from 'node:assert/strict';
import test from 'node:test';
import { treeOf } from './tree.ts';

const drill = (id: string, order: number, ...after: string[]) => ({ id, order, after });
const TEN = [
  drill('isocentre', 1), drill('parallax', 2, 'isocentre'), drill('pedicle', 3, 'parallax'), drill('femoral', 4, 'isocentre'),
  drill('half', 5, 'isocentre'), drill('protect', 6, 'isocentre'), drill('measure', 7, 'parallax'), drill('obese', 8, 'half'),
  drill('rescue', 9, 'half'), drill('spread', 10, 'half'),
];

test('a drill stands one column right of the deepest of its prerequisites', () => {
  const { placed, columns } = treeOf(TEN);
  const column = Object.fromEntries(placed.map((one) => [one.drill.id, one.column]));
  assert.equal(columns, 3);
  assert.deepEqual([column.isocentre, column.parallax, column.pedicle, column.spread], [0, 1, 2, 2]);
});

test('no two drills share a place, and every drill has one', () => {
  const { placed, rows } = treeOf(TEN);
  assert.equal(new Set(placed.map((one) => `${one.column},${one.row}`)).size, TEN.length);
  assert.ok(placed.every((one) => one.row < rows));
});

test('a drill is read after the one it hangs on', () => {
  const order = treeOf(TEN).placed.map((one) => one.drill.id);
  for (const one of TEN) for (const before of one.after) assert.ok(order.indexOf(before) < order.indexOf(one.id), one.id);
});

test('a prerequisite that is not there draws no line, and a circle does not hang', () => {
  assert.deepEqual(treeOf([drill('alone', 1, 'gone')]).edges, []);
  const circle = treeOf([drill('a', 1, 'b'), drill('b', 2, 'a')]);
  assert.equal(circle.placed.length, 2);
});

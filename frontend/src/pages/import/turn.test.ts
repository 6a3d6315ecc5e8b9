import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CORRECTIONS, isStraight, STRAIGHT, then, type Turn } from './turn.ts';

const repeated = (turn: Turn, times: number) => Array.from({ length: times }).reduce<Turn>((all) => then(all, turn), STRAIGHT);

test('a mirror twice and a quarter turn four times change nothing', () => {
  for (const { id, turn } of CORRECTIONS) {
    const order = id.startsWith('flip') ? 2 : 4;
    for (let n = 1; n < order; n++) assert.equal(isStraight(repeated(turn, n)), false, id);
    assert.equal(isStraight(repeated(turn, order)), true, id);
  }
});

test('corrections reach all 48 ways in which a box can lie, and no more', () => {
  const seen = new Map<string, Turn>([[JSON.stringify(STRAIGHT), STRAIGHT]]);
  const open = [STRAIGHT];
  while (open.length) {
    const from = open.pop()!;
    for (const { turn } of CORRECTIONS) {
      const next = then(from, turn);
      if (seen.has(JSON.stringify(next))) continue;
      seen.set(JSON.stringify(next), next);
      open.push(next);
    }
  }
  assert.equal(seen.size, 48);
});

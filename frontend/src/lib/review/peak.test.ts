import assert from 'node:assert/strict';
import test from 'node:test';
import { Peak } from './peak.ts';

test('a peak is the lowest value of every pixel, in whatever order frames come, each counted once', () => {
  const frames = [[5, 9, 3], [7, 2, 3], [6, 6, 1]].map((one) => Uint16Array.from(one));
  for (const order of [[0, 1, 2], [2, 0, 1, 0]]) {
    const peak = new Peak();
    for (const i of order) peak.add(i + 1, frames[i] as Uint16Array);
    assert.deepEqual([...(peak.values ?? [])], [5, 2, 1]);
    assert.equal(peak.count, 3);
  }
});

test('a peak keeps no frame of the cache', () => {
  const frame = Uint16Array.from([4, 4]);
  const peak = new Peak();
  peak.add(1, frame);
  peak.add(2, Uint16Array.from([1, 9]));
  assert.deepEqual([...frame], [4, 4]);
});

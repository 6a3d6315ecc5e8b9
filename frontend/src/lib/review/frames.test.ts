import assert from 'node:assert/strict';
import test from 'node:test';
import { FrameCache, wanted } from './frames.ts';

test('what comes next in the direction of play is wanted first, a few behind it last', () => {
  assert.deepEqual(wanted(5, 100, 10, 1, false), [5, 6, 7, 8, 9, 10, 11, 12, 4, 3]);
  assert.deepEqual(wanted(5, 100, 10, -1, false), [5, 4, 3, 2, 1, 0, 6, 7, 8, 9]);
});

test('a ring goes on at the other end, and a short run is wanted whole', () => {
  assert.deepEqual(wanted(98, 100, 5, 1, true), [98, 99, 0, 1, 97]);
  assert.deepEqual([...wanted(2, 4, 50, 1, true)].sort(), [0, 1, 2, 3]);
});

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test('a cache reads each block once, stays within its limit, and reads again what it let go', async () => {
  const asked: string[] = [];
  const bytes = 1_000_000;
  const cache = new FrameCache(bytes, 100, async (first, count) => {
    asked.push(`${first}+${count}`);
    return Array.from({ length: count }, (_, i) => Uint16Array.of(first + i));
  }, 32 * bytes);
  assert.equal(cache.block, 8);
  cache.around(1, 1, false);
  await settle();
  assert.deepEqual(asked, ['1+8', '9+8', '17+8', '25+8']);
  assert.deepEqual([cache.get(1)?.[0], cache.get(32)?.[0], cache.get(33)], [1, 32, undefined]);
  cache.around(60, 1, false);
  await settle();
  assert.equal(cache.get(60)?.[0], 60);
  assert.equal(cache.get(1), undefined);
  assert.equal(new Set(asked).size, asked.length);
  cache.around(1, 1, false);
  await settle();
  assert.equal(cache.get(1)?.[0], 1);
  cache.dispose();
});

test('the last block is as short as the run, and grows with it', async () => {
  let made = 10;
  const cache = new FrameCache(1_000_000, made, async (first, count) => Array.from({ length: Math.min(count, made - first + 1) }, (_, i) => Uint16Array.of(first + i)));
  cache.around(10, 1, false);
  await settle();
  assert.equal(cache.get(10)?.[0], 10);
  made = 13;
  cache.grow(made);
  cache.around(13, 1, false);
  await settle();
  assert.equal(cache.get(13)?.[0], 13);
  cache.dispose();
});

test('a fault is told once and ends the reading', async () => {
  const faults: unknown[] = [];
  const cache = new FrameCache(1_000_000, 50, () => Promise.reject(new Error('gone')));
  cache.onFault = (error) => faults.push(error);
  cache.around(1, 1, false);
  await settle();
  assert.ok(faults.length >= 1 && faults.length <= 2);
});

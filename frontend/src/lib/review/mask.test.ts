import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { keysWeights, maskOf, moved, takenAway } from './mask.ts';
import { LOGS } from './tone.ts';

interface Golden {
  width: number;
  image: number[];
  cases: { shift: [number, number]; moved: number[] }[];
  stored: number[][];
  logs: number[][];
  mask: number[];
}
const golden = JSON.parse(readFileSync(new URL('./subtraction.golden.json', import.meta.url), 'utf8')) as Golden;

function near(found: ArrayLike<number>, wanted: number[], within: number): void {
  assert.equal(found.length, wanted.length);
  wanted.forEach((value, i) => assert.ok(Math.abs((found[i] as number) - value) < within, `${i}: ${found[i]} is not ${value}`));
}

test('a mask moves as the engine moves it, by whole pixels and by parts, over the edges too', () => {
  const image = Float32Array.from(golden.image);
  for (const { shift, moved: wanted } of golden.cases) near(moved(image, golden.width, ...shift), wanted, 2e-5);
});

test('the weights of a shift add up to one and leave straight lines straight', () => {
  for (const t of [0, 0.1, 0.25, 0.5, 0.9]) {
    const w = keysWeights(t);
    assert.ok(Math.abs(w.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.ok(Math.abs(-w[0] + w[2] + 2 * w[3] - t) < 1e-12);
  }
});

test('stored values become the engine\'s logarithms, with its floor', () => {
  golden.stored.forEach((row, i) => near(Float32Array.from(row, (v) => LOGS[v] as number), golden.logs[i] as number[], 2e-4));
});

test('a mask of several frames is the logarithm of their mean signal', () => {
  near(maskOf(golden.stored.map((row) => Uint16Array.from(row))), golden.mask, 2e-4);
});

test('a landmark takes a share of the mask away, and no more', () => {
  const image = Float32Array.from(golden.image);
  near(takenAway(image, golden.width, [0, 0], 0.25), golden.image.map((value) => 0.75 * value), 1e-6);
  near(takenAway(image, golden.width, [0, 0], 1), golden.image.map(() => 0), 1e-6);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toScreenGreys } from './greys.ts';
import { PLAIN, shownGrey } from './look.ts';

const grey = (word: number | undefined) => (word ?? 0) & 255;

test('greys follow window, level and inversion', () => {
  const values = Uint8Array.from({ length: 256 }, (_, i) => i);
  const out = new Uint32Array(256);
  for (const look of [PLAIN, { ...PLAIN, window: 100, level: 90 }, { ...PLAIN, window: 60, level: 200, invert: true }]) {
    toScreenGreys(values, 16, 16, look, out);
    values.forEach((value, i) => assert.equal(grey(out[i]), Math.round(shownGrey(value / 255, look) * 255)));
  }
});

test('outside the exposed part the screen is black, also inverted', () => {
  const out = new Uint32Array(100);
  toScreenGreys(new Uint8Array(100), 10, 10, { ...PLAIN, invert: true, blank: [0.2, 0.3, 0.8, 0.9] }, out);
  out.forEach((word, i) => {
    const [row, column] = [Math.floor(i / 10), i % 10];
    const inside = row >= 3 && row < 9 && column >= 2 && column < 8;
    assert.equal(grey(word), inside ? 255 : 0);
    assert.equal(word >>> 24, 255);
  });
});

test('edge enhancement lifts a bright point and leaves an even field alone', () => {
  const values = new Uint8Array(25).fill(100);
  const out = new Uint32Array(25);
  toScreenGreys(values, 5, 5, { ...PLAIN, edge: 1 }, out);
  const even = new Set(out);
  assert.equal(even.size, 1);
  values[12] = 110;
  toScreenGreys(values, 5, 5, { ...PLAIN, edge: 1 }, out);
  assert.ok(grey(out[12]) > 125);
  assert.ok(grey(out[11]) < grey([...even][0]));
  assert.equal(grey(out[0]), grey([...even][0]));
});

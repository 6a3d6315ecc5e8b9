import assert from 'node:assert/strict';
import test from 'node:test';
import { panned, toFrame, toScreen, turned, WHOLE, zoomed, type View } from './look.ts';

const near = (a: readonly number[], b: readonly number[]): void => a.forEach((value, i) => assert.ok(Math.abs(value - (b[i] as number)) < 1e-9, `${a} is not ${b}`));

test('screen and frame are each other\'s way back, however turned, mirrored and enlarged', () => {
  let view: View = WHOLE;
  for (const [quarters, mirror, down] of [[1, false, false], [0, true, false], [3, false, true], [2, true, true]] as const) {
    view = zoomed(turned(view, quarters, mirror, down), 1.7, 0.3, 0.6);
    for (const [x, y] of [[0.1, 0.9], [0.5, 0.5], [0.77, 0.2]] as const) near(toScreen(...toFrame(x, y, view), view), [x, y]);
  }
});

test('a turn to the right brings the top edge to the right', () => {
  near(toScreen(0.5, 0, turned(WHOLE, 1, false, false)), [1, 0.5]);
  near(toScreen(0, 0.5, turned(WHOLE, 0, true, false)), [1, 0.5]);
  near(toScreen(0.5, 0, turned(WHOLE, 0, false, true)), [0.5, 1]);
});

test('four quarters, and two mirrors, are none', () => {
  near(turned(WHOLE, 4, false, false).turn, WHOLE.turn);
  near(turned(turned(WHOLE, 0, true, false), 0, true, false).turn, WHOLE.turn);
});

test('enlarging keeps the point under the pointer, and panning follows the hand', () => {
  const view = zoomed(WHOLE, 3, 0.25, 0.6);
  near(toFrame(0.25, 0.6, view), [0.25, 0.6]);
  const before = toFrame(0.5, 0.5, view);
  near(toFrame(0.6, 0.5, panned(view, 0.1, 0)), before);
});

test('panning stops at the edges', () => {
  const view = panned(zoomed(WHOLE, 2, 0.5, 0.5), 9, -9);
  near(toFrame(0, 1, view), [0, 1]);
});

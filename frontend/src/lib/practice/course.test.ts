import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beamAt, figure, frameAt, nextStop, rangeOf, roundUp, stopsOf, ticksOf, together } from './course.ts';
import type { Course, FrameAt, Judgement } from './data.ts';

const course = (change: Partial<Course> = {}): Course => ({ end_us: 60e6, xray: [], kerma: [], staff: [], events: [], hints: [], answers: [], ...change });

test('the picture of a moment is the last one that was made by then', () => {
  const frames: FrameAt[] = [[10, 1, 'fluoro'], [20, 2, 'fluoro'], [20, 3, 'held'], [40, 4, 'shot']];
  assert.deepEqual([9, 10, 19, 20, 39, 40, 99].map((t) => frameAt(frames, t)), [-1, 0, 0, 2, 2, 3, 3]);
  assert.equal(frameAt([], 5), -1);
});

test('the beam is on within a press and off beside it', () => {
  const one = course({ xray: [[10, 20, 'fluoro'], [30, 40, 'run'], [50, 50, 'shot']] });
  assert.deepEqual([5, 10, 19, 20, 25, 35, 50].map((t) => beamAt(one, t)), [null, 'fluoro', 'fluoro', null, null, 'run', 'shot']);
});

test('stops lie in order of time, faults without a moment are none, and a hint is not told twice', () => {
  const score = { faults: [{ kind: 'goal', t_us: 30e6, text: 'late' }, { kind: 'critical', t_us: 10e6, text: 'gate' }, { kind: 'goal', t_us: null, text: 'never' }] } as unknown as Judgement;
  const stops = stopsOf(course({ events: [{ t_us: 20e6, name: 'hint-shown', text: '' }, { t_us: 5e6, name: 'task-begun', text: 'begun' }], hints: [20e6] }), score, []);
  assert.deepEqual(stops.map((one) => one.kind), ['event', 'fault', 'hint', 'fault']);
  assert.ok(stops[1]?.critical && !stops[3]?.critical);
  assert.equal(nextStop(stops, 10e6, 1)?.kind, 'hint');
  assert.equal(nextStop(stops, 10e6, -1)?.kind, 'event');
  assert.equal(nextStop(stops, 30e6, 1), undefined);
});

test('two runs lie on each other at the moments that they share, and never run backwards between', () => {
  const mine = course({ end_us: 100e6, xray: [[10e6, 20e6, 'fluoro']], answers: [{ t_us: 50e6, question: 'depth', answer: 'before' }] });
  const other = course({ end_us: 40e6, xray: [[4e6, 6e6, 'fluoro']], answers: [{ t_us: 30e6, question: 'depth', answer: 'behind' }] });
  const map = together(mine, other);
  assert.deepEqual([0, 10e6, 50e6, 100e6].map(map), [0, 4e6, 30e6, 40e6]);
  let before = -1;
  for (let t = 0; t <= 100e6; t += 1e6) {
    assert.ok(map(t) >= before && map(t) <= other.end_us);
    before = map(t);
  }
});

test('a shared moment that would turn time round is left out', () => {
  const mine = course({ xray: [[10e6, 20e6, 'fluoro']], answers: [{ t_us: 30e6, question: 'a', answer: '' }] });
  const other = course({ xray: [[50e6, 55e6, 'fluoro']], answers: [{ t_us: 20e6, question: 'a', answer: '' }] });
  assert.equal(together(mine, other)(10e6), 50e6);
  assert.ok(together(mine, other)(30e6) > 50e6);
});

test('a ruler has at most a dozen marks and begins at nothing', () => {
  for (const s of [3, 59, 61, 600, 3600, 7200]) {
    const found = ticksOf(s * 1e6);
    assert.equal(found[0], 0);
    assert.ok(found.length <= 13 && (found.at(-1) ?? 0) <= s, String(s));
  }
});

test('a range holds every value with room at both ends, and no negative part for amounts', () => {
  const [low, high] = rangeOf([2, 4, 3]);
  assert.ok(low < 2 && low >= 0 && high > 4);
  assert.deepEqual(rangeOf([0, 0])[0], 0);
  assert.ok(rangeOf([5, 5])[1] > 5);
  assert.deepEqual([0, 0.7, 3, 12, 20, 499].map(roundUp), [1, 1, 5, 20, 20, 500]);
});

test('figures keep the digits that they are worth', () => {
  assert.deepEqual([null, 0.1234, 3, 14.26, 498.4, -2.5].map(figure), ['–', '0.12', '3', '14.3', '498', '−2.50']);
});

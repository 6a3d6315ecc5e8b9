import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisOf, bandPath, fitted, mostOf, rows, ticks, xOf, yOf, type Timeline } from './timeline.ts';

const LINE: Timeline = {
  today: '2026-11-29', start: '2024-07-01', end: '2030-06-30',
  stages: [
    { id: 'a', title: 'Intern', from: '2024-07-01', until: '2025-06-30', state: 'past' },
    { id: 'b', title: 'Radiology', from: '2025-07-01', until: '2030-06-30', state: 'now' },
  ],
  rotations: [], leave: [], exams: [], reviews: [], research: [], meetings: [],
  count: { requirement: 'p', title: 'Procedures', target: 500, points: [{ date: '2025-07-01', n: 0 }, { date: '2026-11-29', n: 212 }], projection: [{ date: '2026-11-29', low: 212, mid: 212, high: 212 }, { date: '2029-06-30', low: 440, mid: 520, high: 610 }] },
};

test('days run from the left edge to the right in their order', () => {
  const axis = axisOf(LINE, 1000);
  assert.equal(xOf(axis, '2024-07-01'), 0);
  const places = ['2024-07-01', '2025-07-01', '2026-11-29', '2030-06-30'].map((iso) => xOf(axis, iso));
  assert.deepEqual([...places].sort((a, b) => a - b), places);
  assert.ok((places.at(-1) ?? 0) < 1000);
  assert.equal(xOf(axis, '2050-01-01'), 1000);
});

test('a training year has a tick, and ticks fill the width', () => {
  const axis = axisOf(LINE, 900);
  const found = ticks(axis);
  assert.equal(found[0]?.from, '2024-07-01');
  assert.equal(found[1]?.from, '2025-07-01');
  assert.ok(Math.abs(found.reduce((sum, tick) => sum + tick.width, 0) - 900) < 1e-6);
});

test('the lane of counts shows the target and the whole band', () => {
  const count = LINE.count!;
  assert.equal(mostOf(count), 610);
  assert.equal(yOf(0, 610, 10, 110), 110);
  assert.equal(yOf(610, 610, 10, 110), 10);
  assert.equal(yOf(1, 0, 10, 110), 110);
});

test('the band closes, and needs two days', () => {
  assert.match(bandPath(LINE.count!.projection, (iso) => xOf(axisOf(LINE, 100), iso), (value) => value), /^M.*Z$/);
  assert.equal(bandPath([], () => 0, () => 0), '');
});

test('labels that would touch stand in rows of their own', () => {
  assert.deepEqual(rows([{ x: 0, width: 50 }, { x: 40, width: 50 }, { x: 70, width: 10 }]), [0, 1, 0]);
});

test('a text is cut to what fits', () => {
  assert.equal(fitted('Chest', 100), 'Chest');
  assert.equal(fitted('Interventional radiology', 66), 'Intervent…');
  assert.equal(fitted('Chest', 10), '');
});

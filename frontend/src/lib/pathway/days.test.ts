import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anniversaries, dayNumber, daysBetween, dayWords, fromNow, isoOf, monthWords, today } from './days.ts';

test('a day goes to a number and back, leap days too', () => {
  for (const iso of ['1999-12-31', '2024-02-29', '2026-11-29', '2100-03-01']) assert.equal(isoOf(dayNumber(iso)), iso);
  assert.equal(daysBetween('2024-02-28', '2024-03-01'), 2);
  assert.equal(daysBetween('2026-01-02', '2026-01-01'), -1);
});

test('today is the day of the person, not of Greenwich', () => {
  assert.equal(today(new Date(2026, 10, 9, 23, 59)), '2026-11-09');
});

test('days are said with a month in letters', () => {
  assert.equal(dayWords('2026-11-04'), '4 Nov 2026');
  assert.equal(monthWords('2028-06-30'), 'Jun 2028');
  assert.equal(dayWords(null), '');
});

test('a distance is said in the unit that fits', () => {
  assert.equal(fromNow('2026-11-29', '2026-11-29'), 'today');
  assert.equal(fromNow('2026-11-30', '2026-11-29'), 'tomorrow');
  assert.equal(fromNow('2028-06-29', '2026-11-29'), 'in 19 months');
  assert.equal(fromNow('2026-11-08', '2026-11-29'), '3 weeks ago');
  assert.equal(fromNow('2030-11-29', '2026-11-29'), 'in 4 years');
});

test('training years that begin on a leap day begin on 28 February in other years', () => {
  assert.deepEqual(anniversaries('2024-02-29', '2026-03-01'), ['2024-02-29', '2025-02-28', '2026-02-28']);
});

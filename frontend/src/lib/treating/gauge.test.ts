import assert from 'node:assert/strict';
import test from 'node:test';
import { angleDeg, arc, figures, minutesWords, onDial, turned, widthWords } from './gauge.ts';

test('the needle sweeps the dial evenly from its left foot to its right and stops there', () => {
  assert.deepEqual([angleDeg(0, 30), angleDeg(15, 30), angleDeg(30, 30)], [-135, 0, 135]);
  assert.equal(angleDeg(60, 30), 135);
  assert.ok(Math.abs(angleDeg(7, 30) - angleDeg(6, 30) - (angleDeg(22, 30) - angleDeg(21, 30))) < 1e-9);
});

test('the top of the dial is at twelve, a quarter turn at three', () => {
  assert.deepEqual(onDial(0, 10).map((n) => n + 0), [0, -10]);
  assert.deepEqual(onDial(90, 10).map((n) => n + 0), [10, 0]);
});

test('an arc begins and ends where the needle would stand, and there is none of nothing', () => {
  const path = arc(12, 30, 30, 42);
  assert.ok(path.startsWith(`M${onDial(angleDeg(12, 30), 42).join(' ')}A`));
  assert.ok(path.endsWith(onDial(angleDeg(30, 30), 42).join(' ')));
  assert.equal(arc(30, 30, 30, 42), '');
  assert.match(arc(0, 30, 30, 42), / 1 1 /, 'the long way round');
});

test('figures stand at fives, at tens on a wide scale, within it', () => {
  assert.deepEqual(figures(20), [0, 5, 10, 15, 20]);
  assert.deepEqual(figures(35), [0, 10, 20, 30]);
});

test('the screw goes by whole atmospheres, from between them to the next one, and stays within what it holds', () => {
  assert.equal(turned(6, 1, 30), 7);
  assert.equal(turned(6, -1, 30), 5);
  assert.equal(turned(6.4, 1, 30), 7);
  assert.equal(turned(6.4, -1, 30), 6);
  assert.equal(turned(30, 1, 30), 30);
  assert.equal(turned(0, -1, 30), 0);
});

test('time up is read as minutes and seconds', () => {
  assert.deepEqual([0, 59.9, 60, 605].map(minutesWords), ['0:00', '0:59', '1:00', '10:05']);
});

test('a width is told with its pressure', () => {
  assert.equal(widthWords(8, 8), '8.0 mm at 8 atm');
  assert.equal(widthWords(8.24, 11.5), '8.2 mm at 11.5 atm');
});

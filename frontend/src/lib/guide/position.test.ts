import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fractionRead, headingAt, worthOffering } from './position.ts';

const MARKS = [
  { id: 'a', top: -400 },
  { id: 'b', top: 40 },
  { id: 'c', top: 700 },
];

test('the last heading above the reading line is where somebody is', () => {
  assert.equal(headingAt(MARKS), 'b');
  assert.equal(headingAt(MARKS, 0), 'a');
  assert.equal(headingAt([{ id: 'a', top: 500 }]), 'a');
  assert.equal(headingAt([]), '');
});

test('the fraction runs from 0 at the top to 1 when the end is in view', () => {
  assert.equal(fractionRead(0, 3000, 1000), 0);
  assert.equal(fractionRead(-1000, 3000, 1000), 0.5);
  assert.equal(fractionRead(-2000, 3000, 1000), 1);
  assert.equal(fractionRead(-9000, 3000, 1000), 1);
  assert.equal(fractionRead(50, 3000, 1000), 0);
  assert.equal(fractionRead(0, 400, 1000), 1);
});

test('going on is offered in the middle of a text only', () => {
  const headings = [{ id: 'a' }, { id: 'b' }];
  assert.equal(worthOffering({ anchor: 'b', fraction: 0.4 }, headings), true);
  assert.equal(worthOffering({ anchor: 'a', fraction: 0.4 }, headings), false);
  assert.equal(worthOffering({ anchor: 'b', fraction: 0.99 }, headings), false);
  assert.equal(worthOffering({ anchor: 'gone', fraction: 0.4 }, headings), false);
  assert.equal(worthOffering(null, headings), false);
});

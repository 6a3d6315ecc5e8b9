import assert from 'node:assert/strict';
import test from 'node:test';
import { folded, stemOf } from './folding.ts';

const named = (...titles: string[]) => titles.map((title) => ({ id: title, title }));
const MANY = named('Pigtail, 5 F', 'Pigtail, 4 F', 'Cobra 1, 5 F', 'Cobra 2, 5 F', 'Cobra 3, 5 F', 'Kumpe, 5 F', 'RIM, 5 F', 'RIM, 4 F', 'Simmons 1, 5 F', 'Simmons 2, 5 F');

test('of each name one row is shown, with how many are behind it', () => {
  const rows = folded(MANY, null);
  assert.deepEqual(rows.map((one) => one.id), ['Pigtail, 5 F', 'Cobra 1, 5 F', 'Kumpe, 5 F', 'RIM, 5 F', 'Simmons 1, 5 F']);
  assert.deepEqual(rows.map((one) => one.more), [1, 2, 0, 1, 1]);
});

test('the chosen name is open, in its place, and nothing else is', () => {
  const rows = folded(MANY, 'Cobra 2, 5 F');
  assert.deepEqual(rows.map((one) => one.id).slice(0, 5), ['Pigtail, 5 F', 'Cobra 1, 5 F', 'Cobra 2, 5 F', 'Cobra 3, 5 F', 'Kumpe, 5 F']);
  assert.deepEqual(rows.filter((one) => one.below).length, 2);
});

test('words find every size, whatever is folded, and a short list is never folded', () => {
  assert.deepEqual(folded(MANY, null, '4 f').map((one) => one.id), ['Pigtail, 4 F', 'RIM, 4 F']);
  assert.deepEqual(folded(MANY, null, 'catheter of gold'), []);
  assert.equal(folded(MANY.slice(0, 4), null).length, 4);
});

test('each device is behind exactly one row', () => {
  const rows = folded(MANY, 'Kumpe, 5 F');
  assert.equal(rows.length + rows.reduce((sum, one) => sum + one.more, 0), MANY.length);
  assert.equal(stemOf('Rösch hepatic, 5 F'), 'Rösch');
});

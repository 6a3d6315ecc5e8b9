import assert from 'node:assert/strict';
import test from 'node:test';
import { Held } from './held.ts';

test('a short press acts once, a long one goes on at its pace', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let acts = 0;
  const held = new Held(() => acts++, 300, 500);
  held.press();
  assert.equal(acts, 1, 'at once');
  t.mock.timers.tick(499);
  assert.equal(acts, 1);
  t.mock.timers.tick(1);
  assert.equal(acts, 2);
  t.mock.timers.tick(300);
  t.mock.timers.tick(300);
  assert.equal(acts, 4);
  held.release();
  t.mock.timers.tick(5000);
  assert.equal(acts, 4, 'nothing after it was let go');
});

test('what finds that it may not go on lets itself go', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let acts = 0;
  const held: Held = new Held(() => {
    acts += 1;
    if (acts === 2) held.release();
  }, 100);
  held.press();
  for (let n = 0; n < 5; n++) t.mock.timers.tick(100);
  assert.equal(acts, 2);
});

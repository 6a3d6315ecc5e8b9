import assert from 'node:assert/strict';
import test from 'node:test';
import { readyingOf } from './readying.ts';

const start = (state: string, fraction = 0) => ({ steps: [{ name: 'patient', state: 'done', seconds: 9, fraction: 1 }, { name: 'hands', state, seconds: 41.7, fraction }] });

test('hands are waited for while the server makes them ready, and no longer', () => {
  assert.deepEqual(readyingOf(start('waiting')), { seconds: 41, share: null });
  assert.deepEqual(readyingOf(start('running', 0.8)), { seconds: 41, share: 0.8 });
  assert.equal(readyingOf(start('done', 1)), null);
  assert.equal(readyingOf(start('failed')), null);
  assert.equal(readyingOf({ steps: [] }), null, 'a server that makes nothing ready');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { clashes } from './clashes.ts';

test('two commands on one chord clash', () => {
  const found = clashes([
    { id: 'a', chord: 'KeyJ', mode: undefined },
    { id: 'b', chord: 'KeyJ', mode: undefined },
  ]);
  assert.deepEqual(found, [{ chord: 'KeyJ', mode: '', ids: ['a', 'b'] }]);
});

test('a mode may shadow an everyday key, and one command may hold a key twice', () => {
  const found = clashes([
    { id: 'a', chord: 'KeyJ', mode: undefined },
    { id: 'b', chord: 'KeyJ', mode: 'collimate' },
    { id: 'a', chord: 'KeyJ', mode: undefined },
  ]);
  assert.deepEqual(found, []);
});

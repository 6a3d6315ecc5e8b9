import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundIn, sharing } from './sequence.ts';

const LIST = [
  { id: 'home', keys: 'KeyG KeyH' },
  { id: 'guide', keys: 'KeyG KeyG' },
  { id: 'find', keys: 'Ctrl+KeyK' },
];

test('two keys after each other run their command, the first alone runs nothing', () => {
  assert.deepEqual(foundIn(LIST, '', 'KeyG'), { id: null, pending: 'KeyG' });
  assert.deepEqual(foundIn(LIST, 'KeyG', 'KeyH'), { id: 'home', pending: '' });
  assert.deepEqual(foundIn(LIST, 'KeyG', 'KeyG'), { id: 'guide', pending: '' });
});

test('a key that fits nothing ends the sequence', () => {
  assert.deepEqual(foundIn(LIST, 'KeyG', 'KeyX'), { id: null, pending: '' });
  assert.deepEqual(foundIn(LIST, 'KeyX', 'Ctrl+KeyK'), { id: 'find', pending: '' });
});

test('the same keys twice, and a key that begins another sequence, are told as clashes', () => {
  assert.deepEqual(sharing(LIST), []);
  assert.deepEqual(sharing([...LIST, { id: 'other', keys: 'KeyG' }]).map((one) => one.ids), [
    ['home', 'other'],
    ['guide', 'other'],
  ]);
});

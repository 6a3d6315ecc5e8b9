import assert from 'node:assert/strict';
import test from 'node:test';
import { paceOf } from './pace.ts';

const running = { ready: true, paused: false, silent: false, speed: 1 };

test('a room that keeps up says so, and a slow one by how much', () => {
  assert.deepEqual(paceOf(running), { words: 'real time', behind: false });
  assert.deepEqual(paceOf({ ...running, speed: 0.96 }), { words: 'real time', behind: false });
  assert.deepEqual(paceOf({ ...running, speed: 0.52 }), { words: '0.5× real time', behind: true });
});

test('a room whose time stands while it prepares is behind, not in real time', () => {
  assert.deepEqual(paceOf({ ...running, speed: 0 }), { words: 'behind real time', behind: true });
});

test('a room that has long been silent is behind, whatever speed it told last', () => {
  assert.deepEqual(paceOf({ ...running, silent: true }), { words: 'behind real time', behind: true });
});

test('a pause and a lost connection are no delay', () => {
  assert.deepEqual(paceOf({ ...running, paused: true, silent: true, speed: 0 }), { words: 'paused', behind: false });
  assert.deepEqual(paceOf({ ...running, ready: false, speed: 0 }), { words: 'not running', behind: false });
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { deviceOf, mostUsed, type Device } from './device.ts';

test('the device is the one of most acts, the first among equals, none without an act', () => {
  assert.equal(mostUsed(new Map()), null);
  assert.equal(mostUsed(new Map<Device, number>([['mouse', 2], ['keyboard', 3]])), 'keyboard');
  assert.equal(mostUsed(new Map<Device, number>([['mouse', 2], ['keyboard', 2]])), 'mouse');
});

test('a finger is touch, a pen and a mouse point', () => {
  assert.deepEqual(['touch', 'pen', 'mouse'].map(deviceOf), ['touch', 'mouse', 'mouse']);
});

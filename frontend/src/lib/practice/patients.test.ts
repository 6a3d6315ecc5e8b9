import assert from 'node:assert/strict';
import test from 'node:test';
import type { DrillPatient } from './drills.ts';
import { nextPatient } from './patients.ts';

const patient = (id: string, attempts: number): DrillPatient => ({ id, title: id, ready: true, attempts, passed: false });

test('the next patient is the one met least, the first among equals', () => {
  assert.equal(nextPatient([patient('a', 1), patient('b', 0), patient('c', 0)])?.id, 'b');
  assert.equal(nextPatient([patient('a', 2), patient('b', 2)])?.id, 'a');
  assert.equal(nextPatient([]), undefined);
});

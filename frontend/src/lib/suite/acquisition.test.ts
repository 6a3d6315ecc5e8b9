import assert from 'node:assert/strict';
import test from 'node:test';
import { added, couplingWords, delayLeft, maskWords, neighbour, phantomWords, phaseWords, removed, roadmapWords, runWords, withRate, withSeconds } from './acquisition.ts';

const RATES = [0.5, 1, 2, 3, 4, 6];
const injection = { coupled: true, xray_delay_s: 0, injection_delay_s: 0, state: 'idle', age_s: null } as const;

test('a step goes to the next value and stays within the list', () => {
  assert.equal(neighbour(RATES, 3, 1), 4);
  assert.equal(neighbour(RATES, 3, -1), 2);
  assert.equal(neighbour(RATES, 6, 1), 6);
  assert.equal(neighbour(RATES, 0.5, -1), 0.5);
});

test('a phase is added behind the last, which then ends, and only the last is open', () => {
  const two = added([{ rate_hz: 3, seconds: null }], RATES);
  assert.deepEqual(two, [[3, 5], [2, null]]);
  const three = added(two.map(([rate_hz, seconds]) => ({ rate_hz, seconds })), RATES);
  assert.deepEqual(three, [[3, 5], [2, 5], [1, null]]);
  assert.deepEqual(removed(three.map(([rate_hz, seconds]) => ({ rate_hz, seconds }))), [[3, 5], [2, null]]);
});

test('there are never more than six phases nor fewer than one', () => {
  const six = Array.from({ length: 6 }, (_, i) => ({ rate_hz: 1, seconds: i < 5 ? 2 : null }));
  assert.equal(added(six, RATES).length, 6);
  assert.deepEqual(removed([{ rate_hz: 1, seconds: null }]), [[1, null]]);
});

test('rates and durations change in one phase alone', () => {
  const phases = [{ rate_hz: 3, seconds: 5 }, { rate_hz: 1, seconds: null }];
  assert.deepEqual(withRate(phases, 1, RATES, 1), [[3, 5], [2, null]]);
  assert.deepEqual(withSeconds(phases, 0, 1), [[3, 6], [1, null]]);
  assert.deepEqual(withSeconds(phases, 1, -1), [[3, 5], [1, 60]]);
  assert.deepEqual(withSeconds([{ rate_hz: 1, seconds: 60 }], 0, 1), [[1, null]]);
});

test('what is chosen is said in one line', () => {
  assert.equal(phaseWords([{ rate_hz: 3, seconds: 5 }, { rate_hz: 1, seconds: null }]), '3/s for 5 s, then 1/s');
  assert.equal(maskWords({ kind: 'dsa', mask: { when: 'first', frame: 2, count: 3 } }), 'mask frames 2 to 4');
  assert.equal(maskWords({ kind: 'cine', mask: { when: 'later', frame: 1, count: 1 } }), 'no mask');
  assert.equal(couplingWords({ ...injection, xray_delay_s: 1.5 }), 'injects, X-ray delay 1.5 s');
  assert.equal(couplingWords({ ...injection, coupled: false }), 'injection by hand');
});

test('the X-ray delay counts down from the injection', () => {
  const run = { number: 1, kind: 'dsa', title: 'DSA', frames: 0, t_s: 0, rate_hz: 3, phase: 0, subtracted: false, waiting: 'xray-delay', remaining_s: 60 } as const;
  assert.equal(delayLeft(run, { ...injection, xray_delay_s: 2, state: 'running', age_s: 0.5 }), 1.5);
  assert.equal(delayLeft({ ...run, waiting: 'mask' }, injection), null);
  assert.equal(runWords({ ...run, frames: 4, waiting: null, subtracted: true }, 2), 'frame 4 · 3/s (phase 1 of 2) · subtracted');
});

test('a roadmap says its state, and why it is no longer valid', () => {
  const roadmap = { state: 'invalid', kind: 'roadmap', fade: 0.7, reason: 'The table moved', run: null } as const;
  assert.deepEqual(roadmapWords(roadmap), { name: 'Roadmap no longer valid', more: 'The table moved' });
  assert.deepEqual(roadmapWords({ ...roadmap, state: 'live', kind: 'overlay', run: 2 }), { name: 'Overlay live', more: 'run 2, fade 70 %' });
});

test('the sign of a phantom always has the word', () => {
  assert.equal(phantomWords('Straight tubes'), 'Test phantom: Straight tubes');
  assert.equal(phantomWords('Renal test phantom'), 'Renal test phantom');
});

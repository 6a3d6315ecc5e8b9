import assert from 'node:assert/strict';
import test from 'node:test';
import type { Catheter, Injector } from './data.ts';
import { beyond, deviceWords, limitWords, pressureWords, RATES_ML_S, stateWords, stepped, tipWords } from './injector.ts';

const injector: Injector = {
  state: 'idle', medium: null, fill_ml: 0, air: 'unknown', rate_ml_s: 8, volume_ml: 16, rise_s: 0.3, limit_psi: 600,
  limits: { rate_ml_s: 6, volume_ml: null, psi: 1050, by: '5 F pigtail' }, protocol: null, injected_ml: 0, flow_ml_s: 0, psi: 0, limited: false, warnings: [], protocols: [],
};

test('the injector says what comes next before it can be armed', () => {
  const names = [
    injector,
    { ...injector, state: 'filled', fill_ml: 100 },
    { ...injector, state: 'filled', fill_ml: 100, air: 'seen' as const },
    { ...injector, state: 'filled', fill_ml: 100, air: 'clear' as const },
    { ...injector, state: 'armed', fill_ml: 100, air: 'clear' as const },
    { ...injector, state: 'waiting', fill_ml: 100 },
    { ...injector, state: 'steady', fill_ml: 90, injected_ml: 8.25 },
    { ...injector, state: 'steady', limited: true, fill_ml: 90 },
    { ...injector, state: 'ended', injected_ml: 16, fill_ml: 84 },
  ].map((one) => stateWords(one).name);
  assert.deepEqual(names, ['Empty', 'Filled', 'Air in the line', 'Ready to arm', 'Armed', 'Waiting', 'Injecting', 'Injecting, pressure limited', 'Ended']);
});

test('armed without a look for air is never shown as safe', () => {
  const armed = { ...injector, state: 'armed', fill_ml: 100 };
  assert.equal(stateWords(armed).tone, 'bad');
  assert.equal(stateWords({ ...armed, air: 'clear' }).tone, 'armed');
});

test('a rate beyond what the catheter bears is told, a missing limit is none', () => {
  assert.deepEqual(beyond(injector), { rate: true, psi: false, volume: false });
  assert.equal(limitWords(injector), '5 F pigtail bears 6 ml/s, 1050 psi');
  assert.equal(limitWords({ ...injector, limits: null }), 'No catheter is connected');
});

test('steps go through the list and stay at its ends', () => {
  assert.equal(stepped(RATES_ML_S, 8, 1), 10);
  assert.equal(stepped(RATES_ML_S, 9, -1), 8);
  assert.equal(stepped(RATES_ML_S, 45, 1), 45);
});

test('where the tip lies against is not told before it was looked at', () => {
  const catheter: Catheter = { device: 'x', title: 'Cobra', french: 5, vessel: 'a', vessel_name: 'Aorta', at_mm: 3, tip_mm: [0, 0, 0], holes: 'end', max_psi: 1000, max_ml_s: 12, wall: 'wall', checked: false };
  assert.equal(tipWords(catheter).known, false);
  assert.deepEqual(tipWords({ ...catheter, checked: true }), { text: 'Tip lies against the wall', bad: true, known: true });
  assert.equal(deviceWords({ ...catheter, shape: 'cobra' }), '5 F · 12 ml/s · 1000 psi · end hole · cobra');
  assert.equal(deviceWords({ ...catheter, title: 'Cobra 2, 5 F' }), '12 ml/s · 1000 psi · end hole');
});

test('a pressure line says when it was not zeroed or is damped', () => {
  const line = { site: 'Left renal artery', systolic: 120, diastolic: 70, mean: 88, shown: true, zeroed: false, level_cm: 0, damping: 'damped' as const, records: [], gradient_mmhg: null };
  assert.equal(pressureWords(line), 'Left renal artery, not zeroed, damped');
  assert.equal(pressureWords(null), 'no line yet');
});

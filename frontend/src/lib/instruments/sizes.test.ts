import assert from 'node:assert/strict';
import test from 'node:test';
import { found, kindOf } from './cupboard.ts';
import type { Device } from './data.ts';
import { mayFit } from './fit.ts';
import { inside, stateOf } from './recorded.test-data.ts';
import { inflatorFor, sizeWords } from './sizes.ts';

const RIGHT = 'right-femoral-artery';
const BALLOON: Device = { id: 'b', title: 'Balloon', kind: 'catheter', family: 'balloon', outer_mm: 1.67, bore_mm: 0.95, sizes: { balloon: { diameter_mm: 8, length_mm: 40, nominal_atm: 8, rated_atm: 12, sheath_f: 6 } } };
const COIL: Device = { id: 'c', title: 'Coil', kind: 'coil', sizes: { loop_mm: 4, length_mm: 80, lumen_mm: { low: 0.45, high: 0.6 } } };
const PLUG: Device = { id: 'p', title: 'Plug', kind: 'plug', sizes: { diameter_mm: 8, length_mm: 7, lumen_mm: 1.2 } };
const inflator = (id: string, most_atm: number, volume_ml = 20): Device => ({ id, title: id, kind: 'inflator', sizes: { most_atm, volume_ml } });

test('sizes are said as they are chosen by', () => {
  assert.equal(sizeWords(BALLOON), '8 × 40 mm, 8–12 atm, 6 F');
  assert.equal(sizeWords({ kind: 'catheter', sizes: { ...BALLOON.sizes, stent: { opens: 'balloon', covered: false, diameter_mm: 7, length_mm: 37, recaptured_to: 0, sheath_f: 6 } } }), '7 × 37 mm, 6 F', 'a stent counts before its balloon');
  assert.equal(sizeWords(COIL), '4 × 80 mm');
  assert.equal(sizeWords({ kind: 'coil', sizes: { loop_mm: null, length_mm: 20 } }), 'straight, 20 mm');
  assert.equal(sizeWords({ kind: 'particles', sizes: { size_um: { low: 300, high: 500 }, volume_ml: 2 } }), '300–500 µm, 2 ml');
  assert.equal(sizeWords({ kind: 'closure', sizes: { sheath_f: { low: 6, high: 6 } } }), '6 F');
  assert.equal(sizeWords({ kind: 'guide-wire' }), '');
});

test('what treats is grouped by what it does, and found by its size', () => {
  assert.deepEqual([BALLOON, COIL, PLUG, inflator('i', 30)].map(kindOf), ['balloon', 'embolic', 'embolic', 'balloon']);
  assert.deepEqual(['stent-system', 'aspiration'].map((family) => kindOf({ kind: 'catheter', family })), ['stent', 'retrieval']);
  assert.equal(kindOf({ kind: 'closure' }), 'closure');
  assert.deepEqual(found([COIL, BALLOON, PLUG], '8 40', 'all').map((one) => one.id), ['b']);
  assert.deepEqual(found([COIL, BALLOON, PLUG], '8x40', 'balloon').map((one) => one.id), ['b']);
});

test('the inflator for a balloon holds its volume and its rated pressure, and no more than it must', () => {
  const all = [inflator('high', 40), inflator('usual', 30), inflator('large', 12, 60)];
  const balloon = (diameter_mm: number, rated_atm: number) => ({ diameter_mm, length_mm: 40, rated_atm });
  assert.equal(inflatorFor(all, balloon(8, 12))?.id, 'usual', 'the large one holds it too, but more than it must');
  assert.equal(inflatorFor(all, balloon(8, 35))?.id, 'high');
  assert.equal(inflatorFor(all, balloon(24, 6))?.id, 'large', '18 ml');
  assert.equal(inflatorFor(all, balloon(8, 50))?.id, 'high', 'none is enough: the strongest');
  assert.equal(inflatorFor([BALLOON], balloon(8, 12)), null);
});

test('the filter keeps a coil for the catheter that holds it straight, a plug for one that is wide enough', () => {
  const devices = new Map<string, Device>([['micro', { id: 'micro', title: '', kind: 'catheter', bore_mm: 0.53 }], ['guide', { id: 'guide', title: '', kind: 'catheter', bore_mm: 1.8 }]]);
  const with_ = (device: string) => stateOf({ [RIGHT]: [inside('t', 'catheter', 1300, 300, { device })] });
  assert.equal(mayFit(COIL, with_('micro'), RIGHT, devices), true);
  assert.equal(mayFit(COIL, with_('guide'), RIGHT, devices), false, 'it would fold in so wide a bore');
  assert.equal(mayFit(PLUG, with_('micro'), RIGHT, devices), false);
  assert.equal(mayFit(PLUG, with_('guide'), RIGHT, devices), true);
  assert.equal(mayFit(COIL, stateOf({ [RIGHT]: [] }), RIGHT, devices), false, 'nothing to push it through');
});

test('a balloon wants the sheath of its label', () => {
  const state = stateOf({ [RIGHT]: [] });
  const entry = state.accesses.find((one) => one.id === RIGHT)!;
  const through = (sheath_f: number) => mayFit(BALLOON, { ...state, accesses: [{ ...entry, sheath_f }] }, RIGHT, new Map());
  assert.equal(through(5), false);
  assert.equal(through(6), true);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Device } from '../instruments/data.ts';
import { inside, onTable, stateOf } from '../instruments/recorded.test-data.ts';
import type { ToldBalloon, ToldStent } from './data.ts';
import { inHand, recaptures, treats } from './tools.ts';

const RIGHT = 'right-femoral-artery';
const BALLOON = { diameter_mm: 8, length_mm: 40, nominal_atm: 8, rated_atm: 12, sheath_f: 6 };
const DEVICES = new Map<string, Device>([
  ['b8', { id: 'b8', title: 'Balloon, 8 x 40 mm', kind: 'catheter', family: 'balloon', sizes: { balloon: BALLOON } }],
  ['c1', { id: 'c1', title: 'Cobra', kind: 'catheter', family: 'double-curve', sizes: {} }],
]);
const told = (more: Partial<ToldBalloon> = {}): ToldBalloon => ({
  tool: 'i2', atm: 0, goal_atm: 0, nominal_atm: 8, rated_atm: 12, diameter_mm: 8, length_mm: 40, free_mm: 1.8, up: false, seconds: 0, prepared: false, burst: false, waist: false, ...more,
});
const STENT: ToldStent = { tool: 'i3', opens: 'self', diameter_mm: 8, length_mm: 40, open_share: 0, placed: false, recaptured_to: 0.5 };

test('a balloon that nobody touched is known by the cupboard; a plain catheter treats nothing', () => {
  const state = stateOf({ [RIGHT]: [inside('i1', 'catheter', 650, 100, { device: 'c1' })] }, [onTable('i2', 'catheter', { device: 'b8' })]);
  const all = treats(state, { balloons: [], stents: [], left: [] }, DEVICES);
  assert.deepEqual(all.map((one) => [one.tool, one.inside, one.balloon?.diameter_mm, one.toldBalloon]), [['i2', false, 8, null]]);
  assert.deepEqual(treats(state, { balloons: [] }, new Map()), [], 'without the cupboard nothing is known of it');
});

test('what the room tells is put beside its tool, and a balloon that went back to the cupboard is gone', () => {
  const state = stateOf({ [RIGHT]: [inside('i2', 'catheter', 1350, 300, { device: 'b8' })] });
  const all = treats(state, { balloons: [told({ atm: 6, up: true }), told({ tool: 'i9' })] }, DEVICES);
  assert.deepEqual(all.map((one) => [one.tool, one.inside, one.toldBalloon?.atm]), [['i2', true, 6]]);
});

test('the one that is up is in hand, then the one in the patient, unless another was chosen', () => {
  const of = (tool: string, within: boolean, up: boolean) => ({ tool, title: tool, inside: within, balloon: BALLOON, stent: null, toldBalloon: told({ tool, up }), toldStent: null });
  const all = [of('a', true, false), of('b', true, true), of('c', false, false)];
  assert.equal(inHand(all, null)?.tool, 'b');
  assert.equal(inHand([all[0]!, all[2]!], null)?.tool, 'a');
  assert.equal(inHand(all, 'c')?.tool, 'c');
  assert.equal(inHand(all, 'gone')?.tool, 'b');
  assert.equal(inHand([], null), null);
});

test('a stent is taken back while it is open no further than it allows', () => {
  assert.equal(recaptures(STENT), false, 'nothing of it is open');
  assert.equal(recaptures({ ...STENT, open_share: 0.5 }), true);
  assert.equal(recaptures({ ...STENT, open_share: 0.51 }), false);
  assert.equal(recaptures({ ...STENT, open_share: 0.3, placed: true }), false);
  assert.equal(recaptures({ ...STENT, open_share: 0.3, opens: 'balloon' }), false);
});

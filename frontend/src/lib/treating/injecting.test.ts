import assert from 'node:assert/strict';
import test from 'node:test';
import type { Device } from '../instruments/data.ts';
import type { Delivery, Syringe } from './data.ts';
import { comesBack, FEED_MM_S, feedMmS, FINE_MM_S, outShare } from './feeding.ts';
import { FAST_ML_S, isAgent, LAST_ML, pushed, SLOW_ML_S, volumesMl } from './injecting.ts';
import { pagesOf } from './pages.ts';

const SYRINGE: Syringe = { number: 1, device: 'p', title: 'Spheres', kind: 'particles', medium: 'm', ml: 12, left_ml: 9 };
const DELIVERY: Delivery = { tool: 'x1', device: 'c', title: 'Coil', through: 'c1', kind: 'coil', in_mm: 100, tube_mm: 1300, length_mm: 80, out_mm: 0, mm_s: 0, jam: '', detachable: true, junction_out: false, vessel: null, push_n: 0 };

test('a held plunger asks for what is left, slowly or fast, and for nothing of an empty syringe', () => {
  assert.deepEqual(pushed(SYRINGE, false), { ml: 9, rate_ml_s: SLOW_ML_S });
  assert.equal(pushed(SYRINGE, true)?.rate_ml_s, FAST_ML_S);
  assert.equal(pushed({ ...SYRINGE, left_ml: 80 }, true)?.ml, 50, 'no more than the room takes at once');
  assert.equal(pushed({ ...SYRINGE, left_ml: LAST_ML / 2 }, true), null);
});

test('particles are made up with half, the whole or twice what their vial says', () => {
  const vial: Device = { id: 'p', title: '', kind: 'particles', sizes: { dilute_ml: 9 } };
  assert.deepEqual(volumesMl(vial), [4.5, 9, 18]);
  assert.deepEqual(volumesMl({ id: 'g', title: '', kind: 'liquid-embolic', sizes: {} }), []);
  assert.deepEqual(volumesMl(null), []);
});

test('what destroys a wall is no agent of this syringe', () => {
  const liquid = (agent: string): Device => ({ id: agent, title: '', kind: 'liquid-embolic', sizes: { agent } });
  assert.deepEqual([liquid('cyanoacrylate'), liquid('oil'), liquid('sclerosant'), { id: 'c', title: '', kind: 'coil' }].map(isAgent), [true, true, false, false]);
});

test('a coil goes quickly through its catheter and slowly from shortly before its tip', () => {
  assert.ok(feedMmS(DELIVERY, true, false) > 5 * FEED_MM_S);
  assert.equal(feedMmS({ ...DELIVERY, in_mm: 1270 }, true, false), FEED_MM_S);
  assert.equal(feedMmS({ ...DELIVERY, in_mm: 1340, out_mm: 40 }, false, false), -FEED_MM_S);
  assert.equal(feedMmS({ ...DELIVERY, in_mm: 1340, out_mm: 40 }, true, true), FINE_MM_S);
});

test('how much is out is a share, and only what hangs on a pusher comes back', () => {
  assert.deepEqual([-5, 0, 40, 90].map((out_mm) => outShare({ ...DELIVERY, out_mm })), [0, 0, 0.5, 1]);
  assert.equal(comesBack(DELIVERY), true);
  assert.equal(comesBack({ ...DELIVERY, detachable: false }), false);
});

test('a page is there when the room tells of its kind of treatment', () => {
  assert.deepEqual(pagesOf(null), []);
  assert.deepEqual(pagesOf({ balloons: [] }), ['treating']);
  assert.deepEqual(pagesOf({ balloons: [], closing: [], coils: { delivery: null, vessels: [] } }), ['treating', 'coil', 'closing']);
});

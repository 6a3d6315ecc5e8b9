import assert from 'node:assert/strict';
import test from 'node:test';
import { standing } from './limits.ts';

const limit = { id: 'kerma', text: 'Kerma at most 20 mGy', measure: 'reference-air-kerma', at_most: 20 };

test('a limit of the session is read from the room, and what lies above it is over', () => {
  const dose = { rate_mgy_min: 0, kar_mgy: 20, pka_gycm2: 0, fluoro_s: 0, frames: 0 };
  assert.deepEqual(standing(limit, { dose }), { value: 20, most: 20, unit: 'mGy', decimals: 1, over: false, full: null });
  assert.equal(standing(limit, { dose: { ...dose, kar_mgy: 20.1 } })?.over, true);
  assert.equal(standing({ ...limit, full_at: 5 }, { dose })?.full, 0.25);
});

test('the dose of a person is that of the person named', () => {
  const person = (id: string, eye_usv: number) => ({
    id, x_mm: 0, z_mm: 0, wears: { apron_mm_pb: 0.35, collar: true, glasses: false }, dose: { eye_usv, chest_usv: 2, hand_usv: 3 }, rate: { eye_usv_h: 0, chest_usv_h: 0, hand_usv_h: 0 },
  });
  const staff = { people: [person('nurse', 7), person('operator', 1)], shields: [], isodose: null };
  assert.equal(standing({ id: 'eye', text: '', measure: 'staff-operator-eye', at_most: 5 }, { staff })?.value, 1);
});

test('a limit that is judged afterwards has no standing', () => {
  assert.equal(standing({ id: 'x', text: 'x' }, {}), null);
  assert.equal(standing({ ...limit, measure: 'off-centre' }, {}), null);
});

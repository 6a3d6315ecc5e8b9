import assert from 'node:assert/strict';
import test from 'node:test';
import { EMPTY, gripAfter, nextAccess, taken } from './grip.ts';
import { buttonChanges, STANDARD, stickRates } from './pads.ts';
import { clamped, curved, DEADZONE, gearOf, notches, RATES } from './rates.ts';
import { inside, stateOf } from './recorded.test-data.ts';
import { Twist } from './twist.ts';

const RIGHT = 'right-femoral-artery';
const wire = inside('w1', 'guide-wire', 1800, 100);
const catheter = inside('c1', 'catheter', 650, 50);

test('what goes in is in the first hand, and what it held goes to the second', () => {
  const empty = gripAfter(EMPTY, null, stateOf());
  assert.deepEqual(empty, { first: null, second: null, access: RIGHT });
  const one = gripAfter(empty, new Set(), stateOf({ [RIGHT]: [wire] }));
  assert.deepEqual(one, { first: 'w1', second: null, access: RIGHT });
  const two = gripAfter(one, new Set(['w1']), stateOf({ [RIGHT]: [wire, catheter] }));
  assert.deepEqual(two, { first: 'c1', second: 'w1', access: RIGHT });
});

test('a tool that went in elsewhere takes the hand there and leaves the second hand empty', () => {
  const before = { first: 'w1', second: null, access: RIGHT };
  const next = gripAfter(before, new Set(['w1']), stateOf({ [RIGHT]: [wire], 'right-femoral-vein': [inside('w2', 'guide-wire', 1450, 20)] }));
  assert.deepEqual(next, { first: 'w2', second: null, access: 'right-femoral-vein' });
});

test('a page that comes later holds the innermost; a tool that is gone is let go', () => {
  assert.equal(gripAfter(EMPTY, null, stateOf({ [RIGHT]: [wire, catheter] })).first, 'w1');
  const left = gripAfter({ first: 'c1', second: 'w1', access: RIGHT }, new Set(['w1', 'c1']), stateOf({ [RIGHT]: [wire] }));
  assert.deepEqual(left, { first: 'w1', second: null, access: RIGHT });
});

test('a number takes a tool; the tool of the other hand changes place with it', () => {
  const state = stateOf({ [RIGHT]: [wire, catheter] });
  const grip = { first: 'w1', second: null, access: RIGHT };
  assert.equal(taken(grip, state, 'first', 2).first, 'c1');
  assert.deepEqual(taken({ ...grip, second: 'c1' }, state, 'first', 2), { first: 'c1', second: 'w1', access: RIGHT });
  assert.equal(taken(grip, state, 'second', 2).second, 'c1');
  assert.equal(taken({ ...grip, second: 'c1' }, state, 'second', 2).second, null, 'the same again lets go');
  assert.deepEqual(taken(grip, state, 'first', 4), grip);
});

test('another place of entry has its own tools', () => {
  const state = stateOf({ [RIGHT]: [wire], 'right-femoral-vein': [] });
  assert.deepEqual(nextAccess({ first: 'w1', second: null, access: RIGHT }, state), { access: 'right-femoral-vein', first: null, second: null });
  assert.equal(nextAccess({ first: null, second: null, access: 'right-femoral-vein' }, state).first, 'w1');
});

test('a stick does nothing in its dead zone, begins without a jump, and is odd and monotone', () => {
  assert.equal(curved(DEADZONE), 0);
  assert.ok(curved(DEADZONE + 0.001) < 1e-4);
  assert.equal(curved(1), 1);
  assert.equal(curved(1.4), 1);
  let last = 0;
  for (let value = 0; value <= 1; value += 0.01) {
    const now = curved(value);
    assert.ok(now >= last);
    assert.ok(Math.abs(curved(-value) + now) < 1e-12);
    last = now;
  }
});

test('gears: a held modifier goes before the chosen gear; each is faster than the one before', () => {
  assert.equal(gearOf('normal', true, false), 'fine');
  assert.equal(gearOf('fine', true, true), 'coarse');
  assert.equal(gearOf('coarse', false, false), 'coarse');
  for (const key of ['mm_s', 'deg_s', 'notch_mm', 'notch_deg', 'drag_mm', 'drag_deg'] as const) {
    assert.ok(RATES.fine[key] < RATES.normal[key] && RATES.normal[key] < RATES.coarse[key], key);
  }
  assert.equal(clamped(Number.NaN, 5), 0);
});

test('a notch is one notch in lines and in pixels, onwards is up, and a fling is held back', () => {
  assert.equal(notches({ deltaX: 0, deltaY: -100, deltaMode: 0 }), 1);
  assert.equal(notches({ deltaX: 0, deltaY: 3, deltaMode: 1 }), -1);
  assert.equal(notches({ deltaX: -100, deltaY: 0, deltaMode: 0 }), 1, 'with Shift browsers turn it aside');
  assert.equal(notches({ deltaX: 0, deltaY: -9000, deltaMode: 0 }), 5);
});

test('sticks drive their hand: the left one up advances the first, the right one aside turns the second', () => {
  const buttons: { pressed: boolean }[] = [];
  assert.ok(stickRates({ axes: [0, -1, 0, 0], buttons }, STANDARD, 'first').mm_s > 0);
  assert.deepEqual(stickRates({ axes: [0, -1, 0, 0], buttons }, STANDARD, 'second'), { mm_s: 0, deg_s: 0 });
  assert.ok(stickRates({ axes: [0, 0, 1, 0], buttons }, STANDARD, 'second').deg_s > 0);
  assert.deepEqual(stickRates({ axes: [], buttons }, STANDARD, 'first'), { mm_s: 0, deg_s: 0 });
});

test('a button runs its command once when it goes down and ends it when it comes up', () => {
  const pad = (...down: number[]) => ({ axes: [], buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: down.includes(i) })) });
  const first = buttonChanges(pad(0, 4), STANDARD, new Set());
  assert.deepEqual(first.pressed, ['hands.pin', 'hands.slow']);
  const second = buttonChanges(pad(4), STANDARD, first.down);
  assert.deepEqual([second.pressed, second.released], [[], ['hands.pin']]);
  assert.ok(STANDARD.buttons.every((one) => !one.command.startsWith('xray.')), 'a pad makes no X-rays');
});

test('one finger drags; two twist by the angle between them, also across half a turn', () => {
  const pad = new Twist();
  assert.equal(pad.move(1, 0, 0), null);
  pad.down(1, 0, 0);
  assert.deepEqual(pad.move(1, 3, -7), { x: 3, y: -7, deg: 0 });
  pad.up(1);
  pad.down(1, 0, 0);
  pad.down(2, -100, -1);
  const turned = pad.move(2, -100, 1);
  assert.ok(turned && turned.x === 0 && Math.abs(Math.abs(turned.deg) - 1.146) < 0.01, JSON.stringify(turned));
  let sum = 0;
  for (let deg = 179; deg >= 90; deg -= 1) sum += pad.move(2, 100 * Math.cos((deg * Math.PI) / 180), 100 * Math.sin((deg * Math.PI) / 180))?.deg ?? 0;
  assert.ok(sum < -80 && sum > -91, `${sum}`);
});

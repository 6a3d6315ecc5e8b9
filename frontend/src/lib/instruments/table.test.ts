import assert from 'node:assert/strict';
import test from 'node:test';
import { found, french, kindOf, kindsIn, longWords, ofPreset, PRESETS } from './cupboard.ts';
import type { Device, Point } from './data.ts';
import { discrete, withStacks } from './discrete.ts';
import { isShort, mayFit, overChoices, usualOver } from './fit.ts';
import { feelOf, pitchOf, pushShare, tremorOf, troubleOf } from './force.ts';
import { drawnOf, lengthMm, piece } from './outline.ts';
import { inside, onTable, stackOf, stateOf } from './recorded.test-data.ts';

const RIGHT = 'right-femoral-artery';
const DEVICES: Device[] = [
  { id: 'cobra-2-5f', title: 'Cobra 2, 5 F, 65 cm', kind: 'catheter', family: 'double-curve', outer_mm: 1.67, bore_mm: 1.07, length_mm: 650, order: 30 },
  { id: 'pigtail-6f', title: 'Pigtail, 6 F', kind: 'catheter', family: 'flush', outer_mm: 2, bore_mm: 1.1, length_mm: 1100, order: 10 },
  { id: 'micro', title: 'Microcatheter, 2.4 F', kind: 'catheter', family: 'microcatheter', outer_mm: 0.93, bore_mm: 0.57, length_mm: 1300 },
  { id: 'w035', title: 'Hydrophilic wire, 0.035 in, angled', kind: 'guide-wire', outer_mm: 0.889, length_mm: 1800, coat: 'hydrophilic' },
  { id: 'w016', title: 'Microwire, 0.016 in', kind: 'guide-wire', outer_mm: 0.406, length_mm: 1800 },
  { id: 'syringe', title: 'Syringe, 10 ml', kind: 'syringe' },
];
const byId = new Map(DEVICES.map((one) => [one.id, one]));
const ids = (all: Device[]): string[] => all.map((one) => one.id);

test('devices are found by words in any order, by size and by kind', () => {
  assert.deepEqual(ids(found(DEVICES, 'angled hydro', 'all')), ['w035']);
  assert.deepEqual(ids(found(DEVICES, '0.016', 'all')), ['w016']);
  assert.deepEqual(ids(found(DEVICES, '', 'microcatheter')), ['micro']);
  assert.deepEqual(ids(found(DEVICES, '', 'catheter')), ['pigtail-6f', 'cobra-2-5f'], 'in the order of the cupboard');
  assert.deepEqual(ids(found(DEVICES, '', 'all')).slice(0, 2), ['w035', 'w016'], 'wires first');
  assert.deepEqual(kindsIn(DEVICES), ['all', 'guide-wire', 'catheter', 'microcatheter', 'other']);
  assert.equal(kindOf({ kind: 'syringe' }), 'other');
});

test('sizes are said as people say them', () => {
  assert.equal(french(DEVICES[3]!), '0.035 in');
  assert.equal(french(DEVICES[0]!), '5 F');
  assert.equal(longWords(DEVICES[0]!), '65 cm');
});

test('a set is picked as far as the cupboard has it', () => {
  const set = PRESETS.find((one) => one.id === 'selective')!;
  assert.deepEqual(ids(ofPreset(set, DEVICES)), ['cobra-2-5f']);
});

test('the filter keeps what the sheath takes and what goes in or over the innermost', () => {
  const empty = stateOf({ [RIGHT]: [] });
  assert.equal(mayFit(byId.get('cobra-2-5f')!, empty, RIGHT, byId), true);
  assert.equal(mayFit(byId.get('pigtail-6f')!, empty, RIGHT, byId), false, '6 F through a 5 F sheath');
  assert.equal(mayFit(byId.get('pigtail-6f')!, empty, 'right-femoral-vein', byId), true);
  assert.equal(mayFit(byId.get('syringe')!, empty, RIGHT, byId), false);
  const wire = stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 100, { device: 'w035' })] });
  assert.equal(mayFit(byId.get('cobra-2-5f')!, wire, RIGHT, byId), true, 'over the wire');
  assert.equal(mayFit(byId.get('micro')!, wire, RIGHT, byId), false, 'a microcatheter does not go over a 0.035 wire');
  const cobra = stateOf({ [RIGHT]: [inside('c1', 'catheter', 650, 100, { device: 'cobra-2-5f' })] });
  assert.equal(mayFit(byId.get('micro')!, cobra, RIGHT, byId), true, 'through a 5 F catheter');
  assert.equal(mayFit(byId.get('pigtail-6f')!, cobra, RIGHT, byId), false);
});

test('a tube goes over the wire that is in, a wire into the innermost lumen', () => {
  const stack = stackOf([inside('w1', 'guide-wire', 1800, 100)]);
  assert.equal(usualOver({ kind: 'catheter' }, stack), 'w1');
  assert.equal(usualOver({ kind: 'guide-wire' }, stack), null);
  assert.equal(usualOver({ kind: 'catheter' }, undefined), null);
  assert.equal(overChoices({ kind: 'guide-wire' }, stack).length, 0);
});

test('a piece of a line has its length and lies on it', () => {
  const line: Point[] = [[0, 0], [10, 0], [10, 10]];
  assert.equal(lengthMm(line), 20);
  assert.deepEqual(piece(line, 5, 15), [[5, 0], [10, 0], [10, 5]]);
  assert.ok(Math.abs(lengthMm(piece(line, 3, 17)) - 14) < 1e-9);
  assert.deepEqual(piece(line, 18, 40), [[10, 8], [10, 10]]);
});

test('an outline keeps its scale, and its shaft leaves to the left whichever way it was told', () => {
  for (const turn of [0, 50, 120, 200, 300]) {
    const [c, s] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
    const told = ([[0, 0], [5, 5], [20, 5], [200, 5]] as Point[]).map(([x, y]): Point => [c * x - s * y, s * x + c * y]);
    const drawn = drawnOf(told.reverse(), [[5, 2]], 1.67)!;
    assert.ok(Math.abs(lengthMm(drawn.line) - 110) < 1e-6);
    const [before, last] = drawn.line.slice(-2) as [Point, Point];
    assert.ok(last[0] < before[0] && Math.abs(last[1] - before[1]) < 1e-6, `turned by ${turn}`);
    assert.equal(drawn.cut, true);
    assert.ok(Math.abs(lengthMm(drawn.bands[0]!) - 2) < 1e-6);
    const [left, top, wide, high] = drawn.box;
    assert.ok(drawn.line.every(([x, y]) => x > left && x < left + wide && y > top && y < top + high));
  }
  assert.equal(drawnOf([]), null);
});

test('a force has a word, a pitch and a tremor that rise with it', () => {
  assert.equal(pushShare({ push_n: 1, push_most_n: 2 }), 0.5);
  assert.equal(pushShare({ push_n: -4, push_most_n: 2 }), 1);
  assert.equal(pushShare({ push_n: 1, push_most_n: 0 }), 1, 'without a limit told, one newton is it');
  assert.deepEqual([feelOf(0, 0), feelOf(0.2, 0.4), feelOf(0.5, 1), feelOf(0.8, 1.6), feelOf(1, 2)], ['free', 'light', 'firm', 'hard', 'limit']);
  assert.equal(pitchOf(0), 0);
  assert.ok(pitchOf(0.3) < pitchOf(0.6) && pitchOf(1) === 720);
  assert.deepEqual([tremorOf(0.4), tremorOf(1)], [0, 120]);
  assert.equal(troubleOf({ kinked: true, stalled: true, clot: true, air: true }), 'kinked');
  assert.equal(troubleOf({ kinked: false, stalled: false, clot: 0, air: 0 }), null);
});

test('lengths and forces flow by; a pin, a wet coat or a tool that came is told at once', () => {
  const base = stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 100)] }, [onTable('c1', 'catheter')]);
  const moved = stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 130, { push_n: 1, turn_deg: 40 })] }, [onTable('c1', 'catheter')]);
  assert.equal(discrete(moved), discrete(base));
  assert.notEqual(discrete(stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 100, { pinned: true })] }, [onTable('c1', 'catheter')])), discrete(base));
  assert.notEqual(discrete(stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 100)] }, [onTable('c1', 'catheter', { flushed: true })])), discrete(base));
  assert.notEqual(discrete({ ...base, aid: true }), discrete(base));
});

test('a stack that is not told any more is empty; without stacks in the patch nothing changes', () => {
  const live = { instruments: stateOf({ [RIGHT]: [inside('w1', 'guide-wire', 1800, 100)] }) };
  assert.deepEqual(withStacks(live, { instruments: stateOf({}) }).instruments.stacks, {});
  assert.equal(withStacks(live, {} as typeof live), live);
});

test('an entry takes a short sheath for its own, no guiding one and no catheter', () => {
  assert.equal(isShort({ kind: 'sheath', family: 'short' }), true);
  assert.equal(isShort({ kind: 'sheath', family: 'guiding' }), false);
  assert.equal(isShort({ kind: 'catheter', family: 'flush' }), false);
  assert.equal(isShort(undefined), false);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { backOf, cmWords, endMm, exchangeOf, outsideMm, placeOf, rulerOf, ticksOf, turnOf } from './ruler.ts';
import { inside as tool, stackOf } from './recorded.test-data.ts';

test('the ruler holds every tip and back end, in order from outside to inside', () => {
  const stack = stackOf([tool('w1', 'guide-wire', 1800, 340), tool('c1', 'catheter', 650, 210)]);
  const ruler = rulerOf(stack);
  for (const one of stack.tools) {
    assert.ok(ruler.low_mm <= endMm(one));
    assert.ok(ruler.high_mm >= one.depth_mm);
  }
  const places = [endMm(stack.tools[0]!), endMm(stack.tools[1]!), ruler.valve_mm, 0, 210, 340].map((mm) => placeOf(ruler, mm));
  assert.deepEqual([...places].sort((a, b) => a - b), places);
  assert.ok(places.every((one) => one >= 0 && one <= 1));
});

test('outside and inside meet at the valve without a jump', () => {
  const ruler = rulerOf(stackOf([tool('w1', 'guide-wire', 1450, 80)]));
  const step = placeOf(ruler, ruler.valve_mm + 0.001) - placeOf(ruler, ruler.valve_mm - 0.001);
  assert.ok(step > 0 && step < 1e-4);
});

test('a small move leaves the ruler as it was; a tip that would leave it makes it longer', () => {
  const before = rulerOf(stackOf([tool('w1', 'guide-wire', 1450, 158)]));
  assert.equal(before.high_mm, 200);
  assert.deepEqual(rulerOf(stackOf([tool('w1', 'guide-wire', 1450, 159)]), before), before);
  const longer = rulerOf(stackOf([tool('w1', 'guide-wire', 1450, 170)]), before);
  assert.equal(longer.high_mm, 300);
  assert.equal(rulerOf(stackOf([tool('w1', 'guide-wire', 1450, 150)]), longer).high_mm, 300, 'it does not flicker at the edge');
});

test('ticks lie on the ruler and are few', () => {
  for (const depth of [0, 120, 480, 900]) {
    const ruler = rulerOf(stackOf([tool('w1', 'guide-wire', 2600, depth)]));
    const ticks = ticksOf(ruler);
    assert.ok(ticks.length >= 1 && ticks.length <= 5, `${ticks}`);
    assert.ok(ticks.every((mm) => mm > 0 && mm <= ruler.high_mm));
  }
});

test('what lies outside is the length less what is in the patient and the sheath', () => {
  assert.equal(outsideMm(tool('w1', 'guide-wire', 1450, 300), 110), 1040);
  assert.equal(outsideMm(tool('w1', 'guide-wire', 1450, -110), 110), 1450);
  assert.equal(outsideMm(tool('w1', 'guide-wire', 400, 380), 110), 0);
});

test('a short wire cannot exchange a long catheter, a long one can', () => {
  const short = stackOf([tool('w1', 'guide-wire', 1450, 700), tool('c1', 'catheter', 1000, 600)]);
  assert.deepEqual({ ...exchangeOf(short, 'c1'), wire: null }, { wire: null, needs_mm: 1100, has_mm: 640, enough: false });
  const long = stackOf([tool('w1', 'guide-wire', 2600, 700), tool('c1', 'catheter', 1000, 600)]);
  assert.equal(exchangeOf(long, 'c1')?.enough, true);
  assert.equal(exchangeOf(long, 'w1'), null, 'a wire is exchanged over nothing');
});

test('a back end in the hub is told before it is lost', () => {
  assert.equal(backOf({ back_mm: 400 }), 'held');
  assert.equal(backOf({ back_mm: 60 }), 'short');
  assert.equal(backOf({ back_mm: -20 }), 'gone');
});

test('lengths are said in centimetres, never as minus zero', () => {
  assert.equal(cmWords(346), '34.6 cm');
  assert.equal(cmWords(-0.2), '0.0 cm');
  assert.equal(cmWords(-52), '−5.2 cm');
});

test('a hub that was turned many times stands between 0 and 359 degrees', () => {
  assert.deepEqual([0, 210.4, 359.6, 360, 725, -90, -720.2].map(turnOf), [0, 210, 0, 0, 5, 270, 0]);
});

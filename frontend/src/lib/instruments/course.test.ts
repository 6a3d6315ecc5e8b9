import assert from 'node:assert/strict';
import test from 'node:test';
import { BEGINNING, looked, shareOf, stepNow, STEPS, type Seen } from './course.ts';
import { inside, onTable, stateOf } from './recorded.test-data.ts';

const RIGHT = 'right-femoral-artery';
const wire = (depth: number, more = {}) => inside('w1', 'guide-wire', 1800, depth, more);
const catheter = (depth: number) => inside('c1', 'catheter', 650, depth);

test('nothing is done by looking', () => {
  const seen = looked(BEGINNING, stateOf({ [RIGHT]: [] }), false);
  assert.deepEqual(seen.done, []);
  assert.equal(stepNow(seen, []), 'pick');
});

test('the whole course, done in the room, is done step by step in its order', () => {
  let seen: Seen = BEGINNING;
  const done: string[] = [];
  const see = (state: ReturnType<typeof stateOf>, xray = false): void => {
    seen = looked(seen, state, xray);
    for (const step of seen.done) if (!done.includes(step)) done.push(step);
  };
  see(stateOf({}, [onTable('w1', 'guide-wire')]));
  see(stateOf({}, [onTable('w1', 'guide-wire', { wet: true })]));
  see(stateOf({ [RIGHT]: [wire(-100)] }));
  for (let mm = -100; mm <= 20; mm += 5) see(stateOf({ [RIGHT]: [wire(mm, { wet: true })] }), mm > -90);
  for (let deg = 0; deg <= 90; deg += 10) see(stateOf({ [RIGHT]: [wire(20, { turn_deg: deg })] }));
  const at = wire(20, { turn_deg: 90 });
  see(stateOf({ [RIGHT]: [at] }, [onTable('c1', 'catheter')]));
  see(stateOf({ [RIGHT]: [at] }, [onTable('c1', 'catheter', { flushed: true })]));
  see(stateOf({ [RIGHT]: [at, catheter(-100)] }));
  const pinned = { ...at, pinned: true };
  for (let mm = -100; mm <= 0; mm += 5) see(stateOf({ [RIGHT]: [pinned, catheter(mm)] }));
  assert.equal(stepNow(seen, []), 'out');
  see(stateOf({ [RIGHT]: [catheter(0)] }));
  assert.deepEqual(done, [...STEPS]);
  assert.equal(stepNow(seen, []), null);
});

test('fifty millimetres in the dark, or back and forth the same two, do not count as an advance', () => {
  let seen = looked(BEGINNING, stateOf({ [RIGHT]: [wire(0)] }), false);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(80)] }), false);
  assert.equal(seen.done.includes('advance'), false);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(40)] }), true);
  assert.equal(seen.done.includes('advance'), false);
  assert.equal(shareOf('advance', seen), 0);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(90)] }), true);
  assert.equal(seen.done.includes('advance'), true);
});

test('a catheter counts as following only while the wire is pinned', () => {
  let seen = looked(BEGINNING, stateOf({ [RIGHT]: [wire(200), catheter(0)] }), false);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(200), catheter(120)] }), false);
  assert.equal(seen.done.includes('follow'), false);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(200, { pinned: true }), catheter(121)] }), false);
  seen = looked(seen, stateOf({ [RIGHT]: [wire(200, { pinned: true }), catheter(230)] }), false);
  assert.equal(seen.done.includes('follow'), true);
});

test('a wire without a coat needs no wetting, and what was skipped is not asked again', () => {
  const seen = looked(BEGINNING, stateOf({}, [onTable('w1', 'guide-wire', { coat: null })]), false);
  assert.deepEqual(seen.done, ['pick', 'wet']);
  assert.equal(stepNow(seen, ['load']), 'xray');
});

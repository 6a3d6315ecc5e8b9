import assert from 'node:assert/strict';
import test from 'node:test';
import { Driver, GAP_MS } from './driver.ts';

/** A clock that is moved by hand, and what was sent with the time of each. */
function rig() {
  let now = 1000;
  const waits: { act: () => void; at: number }[] = [];
  const sent: { at: number; words: string }[] = [];
  const driver = new Driver(
    {
      drive: (tool, mm, deg) => sent.push({ at: now, words: `drive ${tool} ${mm} ${deg}` }),
      move: (tool, mm, deg) => sent.push({ at: now, words: `move ${tool} ${mm} ${deg}` }),
      halt: () => sent.push({ at: now, words: 'halt' }),
    },
    {
      now: () => now,
      later: (act, ms) => {
        const one = { act, at: now + ms };
        waits.push(one);
        return one;
      },
      forget: (handle) => {
        const at = waits.indexOf(handle as (typeof waits)[number]);
        if (at >= 0) waits.splice(at, 1);
      },
    },
  );
  const pass = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const next = waits.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      waits.splice(waits.indexOf(next), 1);
      now = next.at;
      next.act();
    }
    now = until;
  };
  return { driver, sent, pass, words: () => sent.map((one) => one.words) };
}

test('a held key is told once, and its end once', () => {
  const { driver, pass, words } = rig();
  driver.hold('keys first', 'w1', 20, 0);
  driver.hold('keys first', 'w1', 20, 0);
  pass(100);
  driver.hold('keys first', null, 0, 0);
  pass(100);
  assert.deepEqual(words(), ['drive w1 20 0', 'drive w1 0 0']);
  assert.equal(driver.busy, false);
});

test('a stop leaves at once, also while other messages wait', () => {
  const { driver, sent, pass } = rig();
  driver.hold('keys first', 'w1', 20, 0);
  driver.hold('keys first', 'w1', 20, 120);
  pass(5);
  driver.hold('keys first', null, 0, 0);
  assert.equal(sent.at(-1)?.words, 'drive w1 0 0');
  assert.equal(sent.at(-1)?.at, 1005);
  pass(1000);
  assert.equal(sent.at(-1)?.words, 'drive w1 0 0', 'what waited must not start it again');
});

test('a thousand small moves become few messages and lose no length', () => {
  const { driver, sent, pass } = rig();
  for (let i = 0; i < 1000; i++) {
    driver.move('c1', 0.13, -0.4);
    pass(1);
  }
  pass(GAP_MS);
  assert.ok(sent.length <= 51, `${sent.length} in a second`);
  const total = sent.reduce((sum, one) => sum + Number(one.words.split(' ')[2]), 0);
  assert.ok(Math.abs(total - 130) < 0.3, `${total} mm`);
});

test('two hands that never rest stay below fifty messages a second', () => {
  const { driver, sent, pass } = rig();
  for (let i = 0; i < 1000; i++) {
    driver.hold('pad first', 'w1', 1 + (i % 50), 0);
    driver.hold('pad second', 'c1', 1 + (i % 37), 0);
    driver.move('w1', 0, 1);
    pass(1);
  }
  assert.ok(sent.length <= 53, `${sent.length} in a second`);
});

test('sources on one tool add up, within what the room takes', () => {
  const { driver, pass, words } = rig();
  driver.hold('keys first', 'w1', 80, 0);
  driver.hold('pad first', 'w1', 60, 0);
  pass(100);
  driver.hold('keys first', null, 0, 0);
  pass(100);
  assert.deepEqual(words(), ['drive w1 80 0', 'drive w1 100 0', 'drive w1 60 0']);
});

test('a hand that takes another tool stops the one it held', () => {
  const { driver, pass, words } = rig();
  driver.hold('keys first', 'w1', 20, 0);
  driver.hold('keys first', 'c1', 20, 0);
  pass(100);
  assert.deepEqual(words(), ['drive w1 20 0', 'drive w1 0 0', 'drive c1 20 0']);
});

test('letting go stops every tool, drops what waits and halts the room; without anything held it says nothing', () => {
  const { driver, pass, words } = rig();
  driver.letGo();
  assert.deepEqual(words(), []);
  driver.hold('keys first', 'w1', 20, 0);
  driver.move('c1', 5, 0);
  driver.letGo();
  pass(500);
  assert.deepEqual(words(), ['drive w1 20 0', 'drive w1 0 0', 'halt']);
});

test('a move that was told and may still go on is halted too', () => {
  const { driver, pass, words } = rig();
  driver.move('w1', 60, 0);
  pass(500);
  driver.letGo();
  pass(5000);
  driver.letGo();
  assert.deepEqual(words(), ['move w1 60 0', 'halt']);
});

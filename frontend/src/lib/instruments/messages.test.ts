import assert from 'node:assert/strict';
import test from 'node:test';
import { hidSamples, learnt, midiSamples, PER_TICK, turnsOf, type Row, type Sample } from './encoders.ts';
import type { HandName, Way } from './pads.ts';
import { buttonChanges, STANDARD, stickRates } from './pads.ts';

/** Whole messages as browsers hand them over: learn by turning one way, then lead by them. */
const learn = (samples: Sample[], hand: HandName, way: Way): Row => {
  const found = learnt(samples);
  assert.ok(found, 'the encoder is told from the rest');
  return { ...found, hand, way, per_tick: PER_TICK[way] };
};
const led = (rows: Row[], messages: Sample[][]): Record<string, number> => {
  const before = new Map<string, number>();
  const sums: Record<string, number> = {};
  for (const samples of messages) for (const { hand, way, amount } of turnsOf(rows, before, samples)) sums[`${hand} ${way}`] = (sums[`${hand} ${way}`] ?? 0) + amount;
  return sums;
};
const bytes = (text: string): number[] => text.split(' ').map((one) => Number.parseInt(one, 16));

// An endless knob in MIDI's relative mode, channel 1, controllers 16 and 17; clock (f8), sensing (fe) and a note lie between.
const KNOBS = ['b0 10 01', 'f8', 'b0 10 01', 'b0 10 02', 'fe', 'b0 10 01', '90 3c 40', 'b0 10 01', 'b0 11 7f', 'b0 10 7e', 'b0 11 7f', '80 3c 00'];
const knobs = (log: readonly string[]): Sample[][] => log.map((one) => midiSamples('Knobs', bytes(one)));

test('a MIDI knob is learnt from its messages, and each tick of it is half a millimetre', () => {
  const row = learn(knobs(['b0 10 01', 'f8', 'b0 10 01', 'b0 10 02', 'b0 10 01', 'fe']).flat(), 'first', 'advance');
  const other: Row = { ...row, input: { bus: 'midi', device: 'Knobs', channel: 0, controller: 0x11 }, hand: 'second', way: 'turn', per_tick: 6 };
  assert.deepEqual(led([row, other], knobs(KNOBS)), { 'first advance': 0.5 * (1 + 1 + 2 + 1 + 1 - 2), 'second turn': -12 });
});

test('two devices of one model, or another channel, do not move what was mapped to the first', () => {
  const row = learn(knobs(['b0 10 01', 'b0 10 01', 'b0 10 01', 'b0 10 01']).flat(), 'first', 'turn');
  assert.deepEqual(led([row], [midiSamples('Knobs 2', bytes('b0 10 01')), midiSamples('Knobs', bytes('b3 10 01'))]), {});
});

// A push-and-turn dial: report 0 of six bytes, button, signed steps since the report before, four bytes that stay.
const DIAL = { name: 'Dial', vendor: 0x077d, product: 0x0410 };
const dial = (log: readonly string[]): Sample[][] => log.map((one) => hidSamples(DIAL, 0, new DataView(Uint8Array.from(bytes(one)).buffer)));

test('a HID dial that tells steps is led by their sign; its button and its lamp do not turn it', () => {
  const row = learn(dial(['00 01 00 53 10 00', '00 00 00 53 10 00', '00 01 00 53 10 00', '00 02 00 53 10 00', '00 00 00 53 10 00']).flat(), 'first', 'turn');
  assert.equal(row.input.bus === 'hid' && row.input.byte, 1);
  assert.deepEqual(led([row], dial(['00 ff 00 53 10 00', '01 00 00 53 10 00', '00 fe 00 53 11 00', '00 01 00 53 10 00'])), { 'first turn': -12 });
});

// A sheath-like sled: report 3, a position of two bytes that goes round, then the force that it was pulled with.
const SLED = { name: 'Sled', vendor: 0x1209, product: 0x7001 };
const sled = (log: readonly string[]): Sample[][] => log.map((one) => hidSamples(SLED, 3, new DataView(Uint8Array.from(bytes(one)).buffer)));

test('a sled that tells a position goes on without a jump where its number goes round', () => {
  const row = learn(sled(['00 00 30', '04 00 30', '08 00 31', '0c 00 30', '10 00 30', '14 00 30']).flat(), 'second', 'advance');
  assert.equal(row.coding, 'counter');
  const wide: Row = { ...row, input: { ...row.input, bytes: 2 } as Row['input'] };
  assert.deepEqual(led([wide], sled(['f8 ff 30', 'fc ff 30', '02 00 30', '00 00 30'])), { 'second advance': 0.5 * 8 });
});

// A gamepad as the browser polls it: at rest it creeps, then the left stick is pushed up while a button is pressed.
const POLLS = [
  { axes: [0.02, -0.04, 0.01, 0.06], down: [] },
  { axes: [0.03, -0.42, 0, 0], down: [0] },
  { axes: [0, -1, 0.5, 0], down: [0, 4] },
  { axes: [0.01, 0.02, 0, 0], down: [] },
].map(({ axes, down }) => ({ axes, buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: (down as number[]).includes(i) })) }));

test('a gamepad that creeps at rest moves nothing; pushed, it drives its hand, and a button counts once', () => {
  const rates = POLLS.map((pad) => [stickRates(pad, STANDARD, 'first'), stickRates(pad, STANDARD, 'second')] as const);
  assert.deepEqual(rates[0], [{ mm_s: 0, deg_s: 0 }, { mm_s: 0, deg_s: 0 }]);
  assert.ok(rates[1]![0].mm_s > 0 && rates[1]![0].mm_s < rates[2]![0].mm_s);
  assert.ok(rates[2]![1].deg_s > 0 && rates[2]![1].mm_s === 0);
  assert.deepEqual(rates[3]![0], { mm_s: 0, deg_s: 0 });
  let down: ReadonlySet<string> = new Set();
  const log = POLLS.map((pad) => {
    const now = buttonChanges(pad, STANDARD, down);
    down = now.down;
    return [now.pressed, now.released];
  });
  assert.deepEqual(log, [[[], []], [['hands.pin'], []], [['hands.slow'], []], [[], ['hands.pin', 'hands.slow']]]);
});

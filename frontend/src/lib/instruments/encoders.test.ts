import assert from 'node:assert/strict';
import test from 'node:test';
import { hidSamples, keyOf, learnt, midiSamples, numberOf, readRows, sampleKey, ticksOf, type Coding, type Row, type Sample } from './encoders.ts';

const midi = (values: number[], controller = 16): Sample[] => values.flatMap((value) => midiSamples('Knobs', [0xb2, controller, value]));
const row = (coding: Coding, bytes: 1 | 2 = 1): Row => ({ input: { bus: 'hid', device: 'Dial', vendor: 1, product: 2, report: 3, byte: 0, bytes }, coding, hand: 'first', way: 'turn', per_tick: 6 });
const midiRow = (coding: Coding): Row => ({ ...row(coding), input: { bus: 'midi', device: 'Knobs', channel: 2, controller: 16 } });

test('only controllers of MIDI are numbers; notes and clocks are none', () => {
  assert.deepEqual(midi([65]), [{ bus: 'midi', device: 'Knobs', group: 2, place: 16, value: 65 }]);
  assert.deepEqual(midiSamples('Knobs', [0x92, 60, 100]), []);
  assert.deepEqual(midiSamples('Knobs', [0xf8]), []);
});

test('each way of counting gives the ticks that were turned', () => {
  assert.equal(ticksOf(midiRow('twos'), null, 1), 1);
  assert.equal(ticksOf(midiRow('twos'), null, 127), -1);
  assert.equal(ticksOf(midiRow('offset'), null, 66), 2);
  assert.equal(ticksOf(midiRow('offset'), null, 63), -1);
  assert.equal(ticksOf(midiRow('absolute'), null, 90), 0, 'where it stands is no turn');
  assert.equal(ticksOf(midiRow('absolute'), 90, 93), 3);
  assert.equal(ticksOf(row('twos'), null, 255), -1);
});

test('a counter goes round without a jump, on one byte and on two', () => {
  assert.equal(ticksOf(row('counter'), 254, 2), 4);
  assert.equal(ticksOf(row('counter'), 1, 253), -4);
  assert.equal(ticksOf(row('counter', 2), 65_530, 4), 10);
  const sample: Sample = { bus: 'hid', device: 'Dial', vendor: 1, product: 2, group: 3, place: 0, value: 4, next: 1 };
  assert.equal(numberOf(row('counter', 2), sample), 260);
  assert.equal(numberOf(row('counter'), sample), 4);
});

test('any turn, told as a counter, sums to what was turned', () => {
  for (const turned of [3, -3, 100, -100, 517, -900]) {
    let before = 0;
    let sum = 0;
    for (let at = 0; Math.abs(at) < Math.abs(turned); at += Math.sign(turned)) {
      const now = (((at + Math.sign(turned)) % 256) + 256) % 256;
      sum += ticksOf(row('counter'), before, now);
      before = now;
    }
    assert.equal(sum, turned);
  }
});

test('the number that moves is learnt, with the way it counts', () => {
  assert.equal(learnt(midi([1, 1, 2, 1, 1]))?.coding, 'twos');
  assert.equal(learnt(midi([127, 127, 126, 127]))?.coding, 'twos');
  assert.equal(learnt(midi([65, 66, 65, 65]))?.coding, 'offset');
  assert.equal(learnt(midi([20, 21, 22, 23, 24]))?.coding, 'absolute');
  assert.equal(learnt(midi([60, 61, 62, 63, 64, 65]))?.coding, 'absolute', 'a knob that passes its middle is still a position');
  const both = learnt([...midi([10, 11], 7), ...midi([65, 65, 65, 65, 66], 21)]);
  assert.deepEqual(both?.input, { bus: 'midi', device: 'Knobs', channel: 2, controller: 21 });
});

test('too little movement teaches nothing', () => {
  assert.equal(learnt([]), null);
  assert.equal(learnt(midi([65, 65, 65])), null);
  assert.equal(learnt(hid([[5, 9], [5, 9], [5, 9], [5, 9], [5, 9], [5, 9]])), null, 'a device that repeats itself');
});

const hid = (reports: number[][]): Sample[] => reports.flatMap((bytes) => hidSamples({ name: 'Dial', vendor: 1, product: 2 }, 3, new DataView(Uint8Array.from(bytes).buffer)));

test('of a HID report the byte that changes most is learnt, as a counter or as steps', () => {
  const counter = learnt(hid([[1, 0, 40], [2, 0, 40], [3, 0, 40], [4, 1, 40], [5, 1, 40], [6, 1, 40]]));
  assert.deepEqual(counter, { input: { bus: 'hid', device: 'Dial', vendor: 1, product: 2, report: 3, byte: 0, bytes: 1 }, coding: 'counter' });
  const steps = learnt(hid([[0, 1], [0, 0], [0, 255], [0, 0], [0, 1], [0, 0]]));
  assert.equal(steps?.coding, 'twos');
  assert.equal(steps?.input.bus === 'hid' && steps.input.byte, 1);
});

test('a sample finds the row that was learnt from it', () => {
  const one = midi([65, 65, 65, 65]);
  const made = learnt(one);
  assert.ok(made && one[0]);
  assert.equal(keyOf(made.input), sampleKey(one[0]));
});

test('a table from storage keeps what is understood and nothing else', () => {
  const good = midiRow('twos');
  assert.deepEqual(readRows(JSON.stringify([good, { hand: 'third' }, null, { ...good, per_tick: 'x' }])), [good]);
  assert.deepEqual(readRows('not json'), []);
  assert.deepEqual(readRows(null), []);
  assert.deepEqual(readRows('{}'), []);
});

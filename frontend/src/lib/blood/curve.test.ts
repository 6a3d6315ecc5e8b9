import assert from 'node:assert/strict';
import test from 'node:test';
import { curveFacts, peakTime } from './curve.ts';
import { SmallFrames } from './small_frames.ts';
import { colourOf, paintMap, timeToPeak } from './time_to_peak.ts';

/** Stored value of a signal. */
const stored = (x: number): number => Math.round((4095 * Math.log(1 + x / 0.01)) / Math.log(4001));
const N = 40;
const times = Array.from({ length: N }, (_, i) => i / 4);
const bell = (t: number, at: number): number => 0.4 * Math.exp(-((t - at) ** 2) / 2);

/** A picture of 512² whose left half peaks at 3 s, right half at 6 s, lower quarter never; signal 1 without contrast. */
function run(): SmallFrames {
  const small = new SmallFrames();
  times.forEach((t, i) => {
    const values = new Uint16Array(512 * 512);
    const [left, right, none] = [stored(Math.exp(-bell(t, 3))), stored(Math.exp(-bell(t, 6))), stored(1)];
    for (let p = 0; p < values.length; p++) values[p] = p >= 512 * 384 ? none : p % 512 < 256 ? left : right;
    small.add(i + 1, values, 512, 512);
  });
  return small;
}

test('a curve tells its peak, arrival, width and area', () => {
  const values = times.map((t) => bell(t, 5.1));
  const facts = curveFacts(times, values);
  assert.ok(facts && facts.widthS);
  assert.ok(Math.abs(facts.peak - 0.4) < 0.003 && Math.abs(facts.peakS - 5.1) < 0.02, JSON.stringify(facts));
  assert.ok(Math.abs(facts.arrivalS - (5.1 - Math.sqrt(2 * Math.log(10)))) < 0.05);
  assert.ok(Math.abs(facts.widthS - 2 * Math.sqrt(2 * Math.log(2))) < 0.05);
  assert.ok(Math.abs(facts.area - 0.4 * Math.sqrt(2 * Math.PI)) < 0.005);
});

test('a curve in which nothing came has no facts, one that does not fall has no width', () => {
  assert.equal(curveFacts(times, times.map(() => 0.001)), null);
  assert.equal(curveFacts(times, times.map((t) => t / 10))?.widthS, null);
  assert.equal(peakTime([0, 1, 2.5], [1, 3, 1], 1) > 1, true);
});

test('the density of a region is what contrast took from the logarithm, whatever the matrix', () => {
  const small = run();
  const base = small.base([1]);
  assert.ok(base);
  assert.deepEqual([small.columns, small.rows, small.count], [256, 256, N]);
  const density = small.density({ left: 0.1, top: 0.1, right: 0.3, bottom: 0.2 }, base, small.frames);
  density.forEach((value, i) => assert.ok(Math.abs(value - (bell(times[i] as number, 3) - bell(0, 3))) < 0.004, `${i} ${value}`));
});

test('time to peak tells early from late parts and leaves out what had no contrast', () => {
  const small = run();
  const map = timeToPeak(small, [1], small.frames, times);
  assert.ok(map);
  const at = (x: number, y: number): number => map.timeS[Math.floor(y * map.rows) * map.columns + Math.floor(x * map.columns)] as number;
  assert.ok(Math.abs(at(0.2, 0.3) - 3) < 0.05 && Math.abs(at(0.8, 0.3) - 6) < 0.05);
  assert.ok(Number.isNaN(at(0.5, 0.9)));
  const out = new Uint8ClampedArray(4 * map.columns * map.rows);
  paintMap(map, out);
  const [early, late] = [4 * (20 * map.columns + 20), 4 * (20 * map.columns + 230)];
  assert.ok((out[early] as number) > (out[early + 2] as number), 'early is warm');
  assert.ok((out[late] as number) < (out[late + 2] as number), 'late is cold');
  assert.deepEqual(colourOf(-1), colourOf(0));
});

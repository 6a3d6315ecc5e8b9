import assert from 'node:assert/strict';
import test from 'node:test';
import { fromBands, fromKnownLength, lengthWords, pixels, scaleBar } from './measure.ts';

test('a line as long as the calibration line has the known length', () => {
  const calibration = fromKnownLength([[10, 10], [10, 110]], 20);
  assert.equal(lengthWords([[0, 0], [60, 80]], calibration), '20.0 mm by known length');
});

test('without calibration a line is told in pixels and says so', () => {
  assert.equal(lengthWords([[0, 0], [3, 4]], { method: 'none' }), '5 px, not calibrated');
});

test('a calibration line of no length, or a length of nothing, calibrates nothing', () => {
  assert.equal(fromKnownLength([[5, 5], [5, 5]], 20).method, 'none');
  assert.equal(fromKnownLength([[0, 0], [50, 0]], 0).method, 'none');
  assert.equal(fromKnownLength([[0, 0], [50, 0]], Number.NaN).method, 'none');
});

test('the scale bar is a round length and fits the picture', () => {
  for (const mmPerPixel of [0.1, 0.2, 0.43, 0.8]) {
    const { mm, share } = scaleBar(mmPerPixel, 512);
    assert.ok([5, 10, 20, 50, 100].includes(mm) && share > 0.05 && share < 0.6, `${mm} mm, ${share}`);
  }
  assert.equal(pixels([[0, 0], [0, 0]]), 0);
});

test('marker bands count their intervals, whole ones only', () => {
  assert.deepEqual(fromBands([[0, 0], [0, 100]], 10, 5), { method: 'marker bands', mm_per_pixel: 0.5 });
  assert.deepEqual(fromBands([[0, 0], [0, 100]], 10, 2.5), { method: 'none' });
  assert.deepEqual(fromBands([[0, 0], [0, 1]], 10, 5), { method: 'none' });
});

test('a height above the table gives no millimetres before the room has told them', () => {
  assert.equal(lengthWords([[0, 0], [0, 50]], { method: 'table height', mm_per_pixel: null }), '50 px, at table height');
});

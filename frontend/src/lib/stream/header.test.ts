import assert from 'node:assert/strict';
import test from 'node:test';
import { HEADER_BYTES, parseFrame } from './header.ts';

function message(payload: number[], length = payload.length): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES + payload.length);
  const view = new DataView(buffer);
  new Uint8Array(buffer).set([0x41, 0x47, 0x46, 0x31]);
  view.setUint32(4, 7, true);
  view.setBigUint64(8, 1_234_567n, true);
  view.setUint8(16, 2);
  view.setUint8(17, 1);
  view.setUint16(18, 3, true);
  view.setUint16(20, 512, true);
  view.setUint16(22, 256, true);
  view.setUint32(24, length, true);
  new Uint8Array(buffer).set(payload, HEADER_BYTES);
  return buffer;
}

test('a frame message gives its header fields and its payload', () => {
  const frame = parseFrame(message([9, 8, 7]));
  assert.deepEqual([frame.frame, frame.simUs, frame.mode, frame.codec], [7, 1_234_567, 2, 1]);
  assert.deepEqual([frame.held, frame.draft, frame.width, frame.height], [true, true, 512, 256]);
  assert.deepEqual([...frame.payload], [9, 8, 7]);
});

test('the flags say what a frame is, each by its own bit', () => {
  const buffer = message([1]);
  const flags = (value: number) => {
    new DataView(buffer).setUint16(18, value, true);
    const { held, draft, subtracted, roadmap, phantom } = parseFrame(buffer);
    return [held, draft, subtracted, roadmap, phantom].map(Number).join('');
  };
  assert.deepEqual([1, 2, 4, 8, 16, 20].map(flags), ['10000', '01000', '00100', '00010', '00001', '00101']);
});

test('a message that is cut short, or no frame, is refused', () => {
  assert.throws(() => parseFrame(new ArrayBuffer(8)), RangeError);
  assert.throws(() => parseFrame(message([1], 5)), RangeError);
  assert.throws(() => parseFrame(new ArrayBuffer(64)), RangeError);
});

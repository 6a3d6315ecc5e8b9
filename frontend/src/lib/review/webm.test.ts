import assert from 'node:assert/strict';
import test from 'node:test';
import { webm } from './webm.ts';

/** Names and contents of the elements in some bytes. */
function read(bytes: Uint8Array): { id: number; content: Uint8Array }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const long = Math.clz32(first) - 23;
    const id = bytes.subarray(at, at + long).reduce((sum, byte) => sum * 256 + byte, 0);
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset + at + long, 8).getBigUint64(0) & ((1n << 56n) - 1n));
    found.push({ id, content: bytes.subarray(at + long + 8, at + long + 8 + length) });
    at += long + 8 + length;
  }
  return found;
}

test('a film holds every picture at its time, in clusters that begin with a key picture', () => {
  const pictures = [0, 1, 2, 3].map((i) => ({ t_ms: i * 100, key: i % 2 === 0, data: Uint8Array.of(i) }));
  const [header, segment, ...rest] = read(webm(pictures, 512, 584, 400));
  assert.deepEqual([header?.id, segment?.id, rest.length], [0x1a45dfa3, 0x18538067, 0]);
  const parts = read(segment?.content as Uint8Array);
  assert.deepEqual(parts.map((part) => part.id), [0x1549a966, 0x1654ae6b, 0x1f43b675, 0x1f43b675]);
  const times = parts.slice(2).flatMap((cluster) => {
    const [time, ...blocks] = read(cluster.content);
    const began = (time?.content ?? []).reduce((sum: number, byte: number) => sum * 256 + byte, 0);
    return blocks.map(({ content }) => [began + content[1]! * 256 + content[2]!, content[3], content[4]]);
  });
  assert.deepEqual(times, [[0, 0x80, 0], [100, 0, 1], [200, 0x80, 2], [300, 0, 3]]);
});

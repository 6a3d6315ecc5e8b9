/** The mask of a subtraction: mean of some frames, moved by parts of a pixel, a share of it brought back. */
import { LOGS, SIGNALS } from './tone.ts';

const FLOOR = 0.001;

/** Logarithm of the mean signal of some frames. */
export function maskOf(frames: readonly Uint16Array[]): Float32Array {
  const [first] = frames;
  if (!first) throw new RangeError('A mask is made of at least one frame.');
  if (frames.length === 1) return Float32Array.from(first, (v) => LOGS[v] ?? 0);
  const sum = new Float32Array(first.length);
  for (const frame of frames) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (SIGNALS[frame[i] as number] as number);
  for (let i = 0; i < sum.length; i++) sum[i] = Math.log(Math.max((sum[i] as number) / frames.length, FLOOR));
  return sum;
}

/** Weights of the four neighbours at a position between the second and the third, by Keys' cubic with a = −0.5. */
export function keysWeights(t: number): [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1, -1.5 * t3 + 2 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2];
}

/** An image moved to the right and down by parts of a pixel; edges are repeated. */
export function moved(image: Float32Array, width: number, dx: number, dy: number): Float32Array {
  if (dx === 0 && dy === 0) return image;
  const height = image.length / width;
  const across = resampled(image, width, height, 1, width, dx);
  return resampled(across, height, width, width, 1, dy);
}

/** One direction: `count` lines of `length` samples, `step` apart within a line, `stride` between lines. */
function resampled(image: Float32Array, length: number, count: number, step: number, stride: number, by: number): Float32Array {
  if (by === 0) return image;
  const out = new Float32Array(image.length);
  const whole = Math.floor(-by);
  const [a, b, c, d] = keysWeights(-by - whole);
  const offsets = Array.from({ length: 4 }, (_, j) => Int32Array.from({ length }, (_, i) => step * Math.min(length - 1, Math.max(0, i + whole - 1 + j))));
  const [p, q, r, s] = offsets as [Int32Array, Int32Array, Int32Array, Int32Array];
  const run = (line: number, i: number): void => {
    const base = line * stride;
    out[base + i * step] =
      a * (image[base + (p[i] as number)] as number) + b * (image[base + (q[i] as number)] as number) +
      c * (image[base + (r[i] as number)] as number) + d * (image[base + (s[i] as number)] as number);
  };
  // The inner loop follows the memory, whichever direction is moved.
  if (step === 1) for (let line = 0; line < count; line++) for (let i = 0; i < length; i++) run(line, i);
  else for (let i = 0; i < length; i++) for (let line = 0; line < count; line++) run(line, i);
  return out;
}

/** What is taken from the logarithm of a live frame: the moved mask, less the share of anatomy that comes back. */
export function takenAway(mask: Float32Array, width: number, shift: readonly [number, number], landmark: number): Float32Array {
  const there = moved(mask, width, shift[0], shift[1]);
  return landmark === 0 ? there : there.map((value) => (1 - landmark) * value);
}

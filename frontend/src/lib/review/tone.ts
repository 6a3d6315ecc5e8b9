/** From stored values to greys: the logarithm of the signal, and the window that it is seen through. */

/** Values are logarithmic: v = 4095 ln(1 + x / 0.01) / ln 4001, x being the signal in units of the wanted one. */
const VALUES = 4096;
const KNEE = 0.01;
const FLOOR = 0.001;

/** Signal of every stored value. */
export const SIGNALS: Float32Array = Float32Array.from({ length: VALUES }, (_, v) => KNEE * Math.expm1((v / (VALUES - 1)) * Math.log(4001)));
/** Logarithm of the signal of every stored value, with the floor below which nothing is told apart. */
export const LOGS: Float32Array = SIGNALS.map((x) => Math.log(Math.max(x, FLOOR)));

/** What becomes black, and how much above it becomes white, in units of the logarithm. */
export interface Tone {
  low: number;
  width: number;
}

/** A change of the window: factor on its width, shift of its middle in widths. */
export interface Preset {
  name: string;
  window: number;
  level: number;
}

export const PRESETS: Preset[] = [
  { name: 'as it came', window: 1, level: 0 },
  { name: 'faint vessels', window: 0.45, level: 0 },
  { name: 'dense vessels', window: 1.8, level: 0 },
  { name: 'bone', window: 0.6, level: -0.25 },
  { name: 'everything', window: 3, level: 0 },
];

/** Grey of an empty subtraction, as on the live monitor: vessels are darker, what returns is brighter. */
const EMPTY_GREY = 150 / 255;
/** Window of a subtraction, in the logarithm: wider only where noise would fill it. */
const SUBTRACTED_WIDTH = 0.8;
const WIDEST = 2;
const NOISE_WIDTH = 18;
const SAMPLES = 20_000;

/** Open part (left, top, right, bottom, 0..1) of a picture. */
export type Field = [number, number, number, number];

/** Window of a picture that is not subtracted: nearly everything inside of the blades can be told apart. */
export function plainTone(frame: Uint16Array, width: number, field: Field): Tone {
  const sample = sampled(frame.length, width, field, (at) => LOGS[frame[at] ?? 0] ?? 0);
  const low = quantile(sample, 0.005);
  const high = quantile(sample, 0.995);
  const span = Math.max(0.3, high - low);
  return { low: low - 0.06 * span, width: 1.12 * span };
}

/** Window of a subtraction: its middle value is a light grey, whatever came back of the anatomy. */
export function subtractedTone(frame: Uint16Array, minus: Float32Array, width: number, field: Field): Tone {
  const sample = sampled(frame.length, width, field, (at) => (LOGS[frame[at] ?? 0] ?? 0) - (minus[at] ?? 0));
  const middle = quantile(sample, 0.5);
  const noise = 1.4826 * quantile(sample.map((value) => Math.abs(value - middle)).sort(), 0.5);
  const span = Math.min(WIDEST, Math.max(SUBTRACTED_WIDTH, NOISE_WIDTH * noise));
  return { low: middle - EMPTY_GREY * span, width: span };
}

/** The tone after a change of window and level. */
export function changed(tone: Tone, window: number, level: number): Tone {
  const width = tone.width * window;
  // A narrower window keeps the grey at its anchor, so that an empty subtraction does not go dark.
  const anchor = tone.low + EMPTY_GREY * tone.width;
  return { low: anchor - EMPTY_GREY * width + level * tone.width, width };
}

/** Write the greys of a picture (ABGR words) into `out`; `minus` is what is taken from the logarithm. */
export function toGreys(frame: Uint16Array, minus: Float32Array | null, tone: Tone, invert: boolean, out: Uint32Array): void {
  const scale = (invert ? -255 : 255) / tone.width;
  const base = (invert ? 255 : 0) - scale * tone.low + 0.5;
  if (!minus) {
    const table = Uint32Array.from(LOGS, (log) => word(base + scale * log));
    for (let i = 0; i < out.length; i++) out[i] = table[frame[i] as number] as number;
    return;
  }
  for (let i = 0; i < out.length; i++) {
    out[i] = word(base + scale * ((LOGS[frame[i] as number] as number) - (minus[i] as number)));
  }
}

function word(grey: number): number {
  const g = grey < 0 ? 0 : grey > 255 ? 255 : grey | 0;
  return 0xff000000 | (g * 0x010101);
}

function sampled(length: number, width: number, field: Field, value: (at: number) => number): Float32Array {
  const height = length / width;
  const [left, top, right, bottom] = field;
  const x0 = Math.max(0, Math.ceil(left * width));
  const y0 = Math.max(0, Math.ceil(top * height));
  const w = Math.max(1, Math.min(width, Math.floor(right * width)) - x0);
  const h = Math.max(1, Math.min(height, Math.floor(bottom * height)) - y0);
  const step = Math.max(1, Math.floor(Math.sqrt((w * h) / SAMPLES)));
  const found: number[] = [];
  for (let y = y0; y < y0 + h; y += step) for (let x = x0; x < x0 + w; x += step) found.push(value(y * width + x));
  return Float32Array.from(found).sort();
}

function quantile(sorted: Float32Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

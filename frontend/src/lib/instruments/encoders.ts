/**
 * Encoders that speak MIDI or HID, mapped by data.
 *
 * A row says of which device which number is which hand's advance or turn, and how much a tick is. `ticksOf`
 * reads a message, `learnt` finds the number that moves while somebody turns the encoder.
 */
import type { HandName, Way } from './pads.ts';

export interface MidiInput {
  bus: 'midi';
  /** Name of the port, and the channel 0 to 15. */
  device: string;
  channel: number;
  controller: number;
}

export interface HidInput {
  bus: 'hid';
  device: string;
  vendor: number;
  product: number;
  report: number;
  /** First byte of the number in the report, and how many it has, lowest first. */
  byte: number;
  bytes: 1 | 2;
}

/**
 * How ticks are told: `twos` and `offset` count from one message to the next (MIDI's relative modes, and signed
 * bytes of HID); `counter` is a position that goes round; `absolute` one that ends.
 */
export type Coding = 'twos' | 'offset' | 'counter' | 'absolute';

export interface Row {
  input: MidiInput | HidInput;
  coding: Coding;
  hand: HandName;
  way: Way;
  /** Millimetres or degrees a tick; negative turns it over. */
  per_tick: number;
}

/** One number that came. */
export interface Sample {
  bus: 'midi' | 'hid';
  device: string;
  vendor?: number;
  product?: number;
  /** MIDI: channel; HID: report id. */
  group: number;
  /** MIDI: controller; HID: byte. */
  place: number;
  value: number;
  /** HID: the byte after it. */
  next?: number;
}

export const PER_TICK: Record<Way, number> = { advance: 0.5, turn: 6 };

/** What a row stands for, as one word that differs for each number of each device. */
export function keyOf(input: Row['input']): string {
  return input.bus === 'midi'
    ? `midi|${input.device}|${input.channel}|${input.controller}`
    : `hid|${input.vendor}:${input.product}|${input.report}|${input.byte}`;
}

export function sampleKey(one: Sample): string {
  return one.bus === 'midi' ? `midi|${one.device}|${one.group}|${one.place}` : `hid|${one.vendor}:${one.product}|${one.group}|${one.place}`;
}

/** Samples of a MIDI message; only controllers count. */
export function midiSamples(device: string, data: ArrayLike<number>): Sample[] {
  const [status = 0, controller = 0, value = 0] = [data[0], data[1], data[2]];
  if ((status & 0xf0) !== 0xb0) return [];
  return [{ bus: 'midi', device, group: status & 0x0f, place: controller, value }];
}

/** Samples of a HID report: each of its bytes. */
export function hidSamples(device: { name: string; vendor: number; product: number }, report: number, data: DataView): Sample[] {
  return Array.from({ length: data.byteLength }, (_, place) => ({
    bus: 'hid' as const,
    device: device.name,
    vendor: device.vendor,
    product: device.product,
    group: report,
    place,
    value: data.getUint8(place),
    ...(place + 1 < data.byteLength ? { next: data.getUint8(place + 1) } : {}),
  }));
}

/** The row's number in a sample. */
export function numberOf(row: Row, sample: Sample): number {
  return row.input.bus === 'hid' && row.input.bytes === 2 ? sample.value + 256 * (sample.next ?? 0) : sample.value;
}

const spanOf = (row: Row): number => (row.input.bus === 'midi' ? 128 : 256 ** row.input.bytes);

/** Ticks since the number before; the first number of a position tells none. */
export function ticksOf(row: Row, before: number | null, now: number): number {
  const span = spanOf(row);
  const half = span / 2;
  switch (row.coding) {
    case 'twos':
      return now < half ? now : now - span;
    case 'offset':
      return now - half;
    case 'counter': {
      if (before === null) return 0;
      const step = (now - before + span) % span;
      return step < half ? step : step - span;
    }
    case 'absolute':
      return before === null ? 0 : now - before;
  }
}

/** What a hand is asked for by a message. */
export interface Turned {
  hand: HandName;
  way: Way;
  /** Millimetres or degrees. */
  amount: number;
}

/** What a message asks of the hands by the table; `before` keeps the last number of each input, and is kept here. */
export function turnsOf(rows: readonly Row[], before: Map<string, number>, samples: readonly Sample[]): Turned[] {
  return samples.flatMap((sample) => {
    const key = sampleKey(sample);
    return rows.flatMap((row) => {
      if (keyOf(row.input) !== key) return [];
      const now = numberOf(row, sample);
      const ticks = ticksOf(row, before.get(key) ?? null, now);
      before.set(key, now);
      return ticks ? [{ hand: row.hand, way: row.way, amount: ticks * row.per_tick }] : [];
    });
  });
}

/** Enough to tell an encoder from a number that flickers. */
const ENOUGH = 4;

/** The number that was moved while somebody turned it: which, and how it counts. Null when too little moved. */
export function learnt(samples: readonly Sample[]): Pick<Row, 'input' | 'coding'> | null {
  const groups = new Map<string, Sample[]>();
  for (const one of samples) groups.set(sampleKey(one), [...(groups.get(sampleKey(one)) ?? []), one]);
  const moved = [...groups.values()]
    .map((all) => ({ all, score: all[0]?.bus === 'midi' ? all.length : changes(all) }))
    .filter(({ score }) => score >= ENOUGH)
    .sort((a, b) => b.score - a.score);
  const best = moved[0]?.all;
  const one = best?.[0];
  if (!best || !one) return null;
  const values = best.map((sample) => sample.value);
  if (one.bus === 'midi') {
    return { input: { bus: 'midi', device: one.device, channel: one.group, controller: one.place }, coding: midiCoding(values) };
  }
  const input: HidInput = { bus: 'hid', device: one.device, vendor: one.vendor ?? 0, product: one.product ?? 0, report: one.group, byte: one.place, bytes: 1 };
  const steps = values.slice(1).map((value, i) => Math.sign(value - (values[i] ?? value)));
  // A position that has just begun to count is as small as steps are, but it never turns back to nothing.
  const runs = steps.every((step) => step === 1) || steps.every((step) => step === -1);
  const relative = !runs && values.every((value) => value < 32 || value > 224) && values.includes(0);
  return { input, coding: relative ? 'twos' : 'counter' };
}

const changes = (all: readonly Sample[]): number => all.filter((one, i) => i > 0 && one.value !== all[i - 1]?.value).length;

/** Relative values lie about 0 and 127, or about 64; a position runs through its values one by one. */
function midiCoding(values: readonly number[]): Coding {
  const near = (middle: number): boolean => values.every((value) => Math.abs(((value - middle + 192) % 128) - 64) <= 8);
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? value));
  if (steps.every((step) => step === 1) || steps.every((step) => step === -1)) return 'absolute';
  if (near(64)) return 'offset';
  return near(0) ? 'twos' : 'absolute';
}

/** A table that came from storage: rows that this page understands. */
export function readRows(text: string | null): Row[] {
  try {
    const rows: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(rows) ? rows.filter(isRow) : [];
  } catch {
    return [];
  }
}

function isRow(value: unknown): value is Row {
  const row = value as Partial<Row> | null;
  const codings: readonly unknown[] = ['twos', 'offset', 'counter', 'absolute'];
  return (
    (row?.input?.bus === 'midi' || row?.input?.bus === 'hid') &&
    codings.includes(row.coding) &&
    (row.hand === 'first' || row.hand === 'second') &&
    (row.way === 'advance' || row.way === 'turn') &&
    Number.isFinite(row.per_tick)
  );
}

import { hidSamples, keyOf, learnt, midiSamples, PER_TICK, readRows, turnsOf, type Row, type Sample } from './encoders';
import type { HandName, Way } from './pads';

/** Where this browser keeps the table. */
const KEPT = 'angiosuite.encoders';
/** How long somebody turns an encoder that is being learnt, ms. */
const LEARN_MS = 2500;

interface HidDevice extends EventTarget {
  opened: boolean;
  productName: string;
  vendorId: number;
  productId: number;
  open(): Promise<void>;
}
interface Hid extends EventTarget {
  getDevices(): Promise<HidDevice[]>;
  requestDevice(options: { filters: object[] }): Promise<HidDevice[]>;
}
interface HidReport extends Event {
  device: HidDevice;
  reportId: number;
  data: DataView;
}

/** Encoders of this browser: what is plugged in, the table that maps them, and learning by moving one. */
export class Ports {
  readonly hasMidi = typeof navigator !== 'undefined' && 'requestMIDIAccess' in navigator;
  readonly hasHid = typeof navigator !== 'undefined' && 'hid' in navigator;
  rows = $state.raw<Row[]>([]);
  /** Names of what can be heard. */
  heard = $state.raw<string[]>([]);
  fault = $state<string | null>(null);
  learning = $state<{ hand: HandName; way: Way } | null>(null);
  /** The last thing learnt moved too little to be told from noise. */
  unclear = $state(false);

  private samples: Sample[] = [];
  private timer = 0;
  private readonly before = new Map<string, number>();
  private readonly opened = new Set<HidDevice>();
  private midi: MIDIAccess | null = null;

  constructor(private readonly turned: (hand: HandName, way: Way, amount: number) => void) {
    this.rows = readRows(localStorage.getItem(KEPT));
    // Only what was mapped before is asked for at once: a first use asks the person.
    if (this.rows.some((row) => row.input.bus === 'midi')) void this.useMidi();
    if (this.rows.some((row) => row.input.bus === 'hid')) void this.useHid(false);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const port of this.midi?.inputs.values() ?? []) port.onmidimessage = null;
    for (const device of this.opened) device.removeEventListener('inputreport', this.onReport);
  }

  async useMidi(): Promise<void> {
    if (!this.hasMidi) return;
    this.fault = null;
    try {
      this.midi ??= await navigator.requestMIDIAccess();
      const listen = (): void => {
        for (const port of this.midi?.inputs.values() ?? []) {
          port.onmidimessage = (event) => this.take(midiSamples(port.name ?? port.id, event.data ?? []));
        }
        this.list();
      };
      this.midi.onstatechange = listen;
      listen();
    } catch (error) {
      this.fault = words(error);
    }
  }

  /** @param ask lets the person choose a device; the browser wants a click for it. */
  async useHid(ask: boolean): Promise<void> {
    if (!this.hasHid) return;
    this.fault = null;
    const { hid } = navigator as Navigator & { hid: Hid };
    try {
      const devices = ask ? await hid.requestDevice({ filters: [] }) : await hid.getDevices();
      for (const device of devices) {
        if (!device.opened) await device.open();
        if (this.opened.has(device)) continue;
        this.opened.add(device);
        device.addEventListener('inputreport', this.onReport);
      }
      this.list();
    } catch (error) {
      this.fault = words(error);
    }
  }

  private list(): void {
    this.heard = [...[...(this.midi?.inputs.values() ?? [])].map((port) => port.name ?? port.id), ...[...this.opened].map((one) => one.productName)];
  }

  private readonly onReport = (event: Event): void => {
    const { device, reportId, data } = event as HidReport;
    this.take(hidSamples({ name: device.productName, vendor: device.vendorId, product: device.productId }, reportId, data));
  };

  private take(samples: readonly Sample[]): void {
    if (this.learning) {
      this.samples.push(...samples);
      return;
    }
    for (const { hand, way, amount } of turnsOf(this.rows, this.before, samples)) this.turned(hand, way, amount);
  }

  /** What is turned in the next seconds is this hand's way. */
  learn(hand: HandName, way: Way): void {
    clearTimeout(this.timer);
    this.samples = [];
    this.unclear = false;
    this.learning = { hand, way };
    this.timer = window.setTimeout(() => this.finish(hand, way), LEARN_MS);
  }

  private finish(hand: HandName, way: Way): void {
    this.learning = null;
    const one = learnt(this.samples);
    this.samples = [];
    this.unclear = one === null;
    if (one) this.set([...this.rows.filter((row) => keyOf(row.input) !== keyOf(one.input)), { ...one, hand, way, per_tick: PER_TICK[way] }]);
  }

  change(row: Row, by: Partial<Row>): void {
    this.set(this.rows.map((one) => (one === row ? { ...one, ...by } : one)));
  }

  remove(row: Row): void {
    this.set(this.rows.filter((one) => one !== row));
  }

  private set(rows: Row[]): void {
    this.rows = rows;
    this.before.clear();
    localStorage.setItem(KEPT, JSON.stringify(rows));
  }
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

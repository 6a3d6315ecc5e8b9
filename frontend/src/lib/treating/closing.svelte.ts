import type { Entry, OnTable } from '../instruments/data';
import { after } from '../remedies/choice';
import type { Suite } from '../suite/suite.svelte';
import { treatingIn, type Puncture } from './data';

/** How hard a hand presses, as shares of the mean pressure. */
export const PRESSES = [0.6, 0.8, 1, 1.2] as const;
const USUAL = 0.8;

/** Closing of punctures: the sheath out, a hand that presses, a device. */
export class Closing {
  private picked = $state<string | null>(null);
  private pickedDevice = $state<string | null>(null);
  share = $state<number>(USUAL);

  readonly state = $derived.by<Puncture[] | null>(() => treatingIn(this.suite.room.state)?.closing ?? null);
  readonly entries = $derived.by<Entry[]>(() => this.suite.room.state.instruments?.accesses ?? []);
  readonly ids = $derived.by<string[]>(() => [...new Set([...this.entries.map((one) => one.id), ...(this.state ?? []).map((one) => one.access)])]);
  readonly access = $derived.by<string | null>(() => {
    const needs = this.state?.find((one) => one.bleeds || one.pressed_mmhg > 0)?.access ?? null;
    const own = [this.picked, needs, this.suite.instruments.hands.grip.access].find((one) => one !== null && this.ids.includes(one));
    return own ?? this.ids[0] ?? null;
  });
  readonly entry = $derived.by<Entry | null>(() => this.entries.find((one) => one.id === this.access) ?? null);
  readonly puncture = $derived.by<Puncture | null>(() => this.state?.find((one) => one.access === this.access) ?? null);
  readonly devices = $derived.by<OnTable[]>(() => this.suite.instruments.table.filter((one) => one.kind === 'closure'));
  readonly device = $derived.by<OnTable | null>(() => this.devices.find((one) => one.tool === this.pickedDevice) ?? this.devices.at(-1) ?? null);
  readonly hasSheath = $derived.by(() => this.state !== null && this.access !== null && this.puncture === null);
  readonly isPressed = $derived.by(() => (this.puncture?.pressed_mmhg ?? 0) > 0);

  constructor(private readonly suite: Suite) {}

  choose(access: string): void {
    this.picked = access;
  }

  nextAccess(): void {
    const next = this.access && after(this.ids, this.access);
    if (next) this.choose(next);
  }

  chooseDevice(tool: string): void {
    this.pickedDevice = tool;
  }

  /** The sheath out, with a hand on it at once or without. */
  out(pressing: boolean): void {
    if (!this.hasSheath) return;
    this.picked = this.access;
    this.suite.room.send('closing.remove_sheath', { access: this.access, share: pressing ? this.share : 0 });
  }

  press(): void {
    if (this.puncture) this.suite.room.send('closing.press', { access: this.access, share: this.share });
  }

  /** How hard; a hand that presses follows. */
  setShare(share: number): void {
    this.share = share;
    if (this.isPressed) this.press();
  }

  stepShare(step: number): void {
    const all: readonly number[] = PRESSES;
    const next = all[all.indexOf(this.share) + step];
    if (next !== undefined) this.setShare(next);
  }

  release(): void {
    if (this.isPressed) this.suite.room.send('closing.release', { access: this.access });
  }

  use(): void {
    if (!this.device || !this.access) return;
    this.picked = this.access;
    this.suite.room.send('closing.device', { tool: this.device.tool, access: this.access });
  }
}

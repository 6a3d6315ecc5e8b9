import { after } from '../remedies/choice';
import type { Device } from '../instruments/data';
import type { Suite } from '../suite/suite.svelte';
import { treatingIn, type Syringe } from './data';
import { isAgent, LAST_ML, pushed, volumesMl } from './injecting';

const FLUSH_ML = 2;

/** Agents that embolise: drawn up, injected while a key is held, flushed. */
export class Syringes {
  private pickedDevice = $state<string | null>(null);
  private pickedNumber = $state<number | null>(null);
  private ml = $state<number | null>(null);
  private parts = $state<number | null>(null);

  readonly state = $derived.by(() => treatingIn(this.suite.room.state)?.agents ?? null);
  readonly devices = $derived.by<Device[]>(() => this.suite.instruments.devices.filter(isAgent));
  readonly device = $derived.by<Device | null>(() => this.devices.find((one) => one.id === this.pickedDevice) ?? this.devices[0] ?? null);
  /** Contrast that particles come into, ml; of glue, parts of oil. */
  readonly volumes = $derived.by(() => volumesMl(this.device));
  readonly volume = $derived.by(() => (this.ml !== null && this.volumes.includes(this.ml) ? this.ml : this.volumes[1]));
  readonly ratios = $derived.by<number[]>(() => this.device?.sizes?.oil_ratios ?? []);
  readonly ratio = $derived.by(() => (this.parts !== null && this.ratios.includes(this.parts) ? this.parts : this.ratios[0]));
  readonly now = $derived.by<Syringe | null>(() => this.state?.syringes.find((one) => one.number === this.pickedNumber) ?? this.state?.syringes.at(-1) ?? null);
  readonly mayInject = $derived.by(() => this.now !== null && (this.now.kind === 'pieces' || this.now.left_ml >= LAST_ML));

  private pushing: number | null = null;

  constructor(private readonly suite: Suite) {}

  choose(device: string): void {
    this.pickedDevice = device;
  }

  nextDevice(): void {
    const next = this.device && after(this.devices, this.device);
    if (next) this.choose(next.id);
  }

  dilute(ml: number): void {
    this.ml = ml;
  }

  mix(parts: number): void {
    this.parts = parts;
  }

  /** The next mixture: of contrast, or of oil. */
  nextMix(): void {
    if (this.volume !== undefined) this.ml = after(this.volumes, this.volume) ?? null;
    if (this.ratio !== undefined) this.parts = after(this.ratios, this.ratio) ?? null;
  }

  prepare(): void {
    const { device } = this;
    if (!device) return;
    this.pickedNumber = null;
    const own = device.kind === 'particles' ? { contrast_ml: this.volume ?? null } : { oil_parts: this.ratio ?? null };
    this.suite.room.send('agent.prepare', { device: device.id, ...own });
  }

  take(number: number): void {
    this.pickedNumber = number;
  }

  nextSyringe(): void {
    const next = this.state && this.now && after(this.state.syringes, this.now);
    if (next) this.take(next.number);
  }

  press(fast: boolean): void {
    const { now } = this;
    if (!now || !this.mayInject) return;
    if (now.kind === 'pieces') {
      this.suite.room.send('agent.inject', { syringe: now.number, pieces: 1 });
      return;
    }
    const push = pushed(now, fast);
    if (!push) return;
    this.pushing = push.rate_ml_s;
    this.suite.room.send('agent.inject', { syringe: now.number, ...push });
  }

  release(): void {
    const { pushing } = this;
    this.pushing = null;
    if (pushing !== null && this.suite.room.ready) this.suite.room.send('agent.stop', {});
  }

  flush(fluid: 'saline' | 'dextrose'): void {
    this.suite.room.send('agent.flush', { ml: FLUSH_ML, fluid });
  }
}

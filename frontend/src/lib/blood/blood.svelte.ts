import type { Room } from '../stream/room.svelte';
import { hasBlood, offered, readTree, treeAllowed, type Device, type Injector, type Orders, type Protocol, type Tree, type Vec3, type Vessel } from './data';
import { GAS_ML, LIMITS_PSI, PUFFS_ML, RATES_ML_S, RISES_S, stepped, VOLUMES_ML } from './injector';
import { Slicing } from './slicing.svelte';
import { lengthOf, listed, pointAt, systemsOf, type Place } from './tree';

export type Setting = 'rate_ml_s' | 'volume_ml' | 'rise_s' | 'limit_psi';
const STEPS: Record<Setting, readonly number[]> = { rate_ml_s: RATES_ML_S, volume_ml: VOLUMES_ML, rise_s: RISES_S, limit_psi: LIMITS_PSI };
/** The room has told what became of a step after this time. */
const TOLD_WITHIN_MS = 400;
const PUFF_RATE_ML_S = 2;
const FLUSH_ML = 5;
const NEAR_MM = 5;

/** Blood and contrast as one page works with them: the place that is picked, what is placed, filled, set and measured. */
export class Blood {
  readonly slicing: Slicing;
  tree = $state.raw<Tree | null>(null);
  fault = $state<string | null>(null);
  waiting = $state(false);

  query = $state('');
  /** Systems that list, picture and 3-D view show; all when none is chosen. */
  systems = $state.raw<string[]>([]);
  picked = $state.raw<{ vessel: string; atMm: number } | null>(null);
  hover = $state.raw<Place | null>(null);
  /** Centre lines lie over the picture and a click picks a place. */
  onPicture = $state(false);
  device = $state<string | null>(null);
  medium = $state<string | null>(null);
  warmed = $state(true);
  puffMl = $state(2);
  gasMl = $state(20);
  pullMm = $state(5);

  readonly on = $derived.by(() => hasBlood(this.room.state));
  /** A task may hide where the vessels run. */
  readonly seesTree = $derived.by(() => treeAllowed(this.room.state));
  readonly list = $derived.by(() => (this.tree ? offered(listed(this.tree, this.query, this.systems), (one) => one.vessel.id, this.room.state.allowed?.vessels) : []));
  readonly shown = $derived.by<Vessel[]>(() => this.tree?.vessels.filter((one) => !this.systems.length || this.systems.includes(one.system)) ?? []);
  readonly vessel = $derived.by<Vessel | null>(() => this.vesselOf(this.picked?.vessel));
  readonly devices = $derived.by<Device[]>(() => offered(this.room.state.catheters ?? [], (one) => one.id, this.room.state.allowed?.devices));
  readonly chosen = $derived.by<Device | null>(() => this.devices.find((one) => one.id === this.device) ?? this.devices[0] ?? null);
  readonly armed = $derived.by(() => this.room.state.injector?.state === 'armed' || this.room.state.injector?.state === 'waiting');
  readonly ready = $derived.by(() => this.picked !== null && this.chosen !== null);

  private readonly asked = new Map<string, { value: unknown; at: number }>();

  constructor(private readonly room: Room) {
    this.slicing = new Slicing(room.id);
  }

  private send<Name extends keyof Orders>(name: Name, args: Orders[Name]): void {
    this.room.send(name, { ...args });
  }

  private latest<T>(name: string, told: T): T {
    const asked = this.asked.get(name);
    return asked && performance.now() - asked.at < TOLD_WITHIN_MS ? (asked.value as T) : told;
  }

  // Tree and place ----------------------------------------------------------------------------------------

  /** The tree is read once, when something first shows it. */
  async need(): Promise<void> {
    if (this.tree || this.waiting || !this.on) return;
    this.waiting = true;
    this.fault = null;
    try {
      const tree = await readTree(this.room.id);
      this.systems = systemsOf(tree).slice(0, 1).map((one) => one.id);
      this.tree = tree;
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    } finally {
      this.waiting = false;
    }
  }

  vesselOf(id: string | null | undefined): Vessel | null {
    return this.tree?.vessels.find((one) => one.id === id) ?? null;
  }

  /** Where the tip would lie, patient space. */
  get pickedMm(): Vec3 | null {
    return this.vessel && this.picked ? pointAt(this.vessel, this.picked.atMm) : null;
  }

  toggleSystem(id: string): void {
    this.systems = this.systems.includes(id) ? this.systems.filter((one) => one !== id) : [...this.systems, id];
  }

  /** A vessel of the list: a little behind its origin, where a tip engages. */
  pick(vessel: Vessel, atMm = Math.min(NEAR_MM, lengthOf(vessel) / 2)): void {
    this.picked = { vessel: vessel.id, atMm: Math.round(Math.min(lengthOf(vessel), Math.max(0, atMm)) * 10) / 10 };
    if (!this.shown.includes(vessel)) this.systems = [...this.systems, vessel.system];
  }

  stepPlace(mm: number): void {
    if (this.vessel && this.picked) this.pick(this.vessel, this.picked.atMm + mm);
  }

  stepVessel(step: number): void {
    const at = this.list.findIndex(({ vessel }) => vessel.id === this.picked?.vessel);
    const next = this.list[at < 0 ? 0 : at + step];
    if (next) this.pick(next.vessel);
  }

  stepDevice(step: number): void {
    const at = this.devices.findIndex((one) => one.id === this.chosen?.id);
    const next = this.devices[(at + step + this.devices.length) % Math.max(1, this.devices.length)];
    if (next) this.device = next.id;
  }

  /** Whether picture and 3-D view may show where the vessels run. */
  showTree(tree: boolean): void {
    this.onPicture = false;
    this.hover = null;
    this.send('blood.show', { tree });
  }

  togglePicture(): void {
    this.onPicture = !this.onPicture && this.seesTree;
    this.hover = null;
    void this.need();
  }

  // Catheter ----------------------------------------------------------------------------------------------

  place(): void {
    if (!this.picked || !this.chosen) return;
    this.send('catheter.place', { device: this.chosen.id, vessel: this.picked.vessel, at_mm: this.picked.atMm });
    this.onPicture = false;
    this.hover = null;
  }

  /** Back by so many millimetres; forward when negative. */
  pull(mm: number): void {
    this.send('catheter.pull', { mm });
  }

  free(): void {
    this.send('catheter.free', {});
  }

  remove(): void {
    this.send('catheter.remove', {});
  }

  puff(): void {
    this.send('hand.puff', { ml: this.puffMl, rate_ml_s: PUFF_RATE_ML_S });
  }

  flush(): void {
    this.send('hand.flush', { ml: FLUSH_ML });
  }

  stepPuff(step: 1 | -1): void {
    this.puffMl = stepped(PUFFS_ML, this.puffMl, step);
  }

  // Injector ----------------------------------------------------------------------------------------------

  private get injector(): Injector | null {
    return this.room.live.injector ?? null;
  }

  /** What it would be filled with: what the person chose, else what is in it, else the first. */
  get mediumId(): string | null {
    const { injector } = this;
    return this.medium ?? injector?.medium?.id ?? injector?.media?.[0]?.id ?? null;
  }

  /** Protocols, those for the vessel that the catheter lies in first. */
  get protocols(): Protocol[] {
    const { catheter, injector } = this.room.state;
    const fits = (one: Protocol): number => (one.vessels?.some((id) => catheter?.vessel.includes(id)) ? 0 : 1);
    return [...(injector?.protocols ?? [])].sort((a, b) => fits(a) - fits(b));
  }

  nextMedium(): void {
    const media = this.injector?.media ?? [];
    const at = media.findIndex((one) => one.id === this.mediumId);
    this.medium = media[(at + 1) % Math.max(1, media.length)]?.id ?? null;
  }

  fill(): void {
    const medium = this.mediumId;
    if (medium) this.send('injector.fill', { medium, warmed: this.warmed });
  }

  purge(): void {
    this.send('injector.purge', {});
  }

  check(): void {
    this.send('injector.check', {});
  }

  step(setting: Setting, step: 1 | -1): void {
    const { injector } = this;
    if (!injector) return;
    const next = stepped(STEPS[setting], this.latest(setting, injector[setting]), step);
    this.asked.set(setting, { value: next, at: performance.now() });
    this.send('injector.set', { [setting]: next });
  }

  useProtocol(id: string | undefined): void {
    if (!id) return;
    this.asked.clear();
    this.send('injector.protocol', { id });
  }

  toggleArm(): void {
    if (this.armed) this.send('injector.disarm', {});
    else this.send('injector.arm', {});
  }

  start(): void {
    this.send('injector.start', {});
  }

  abort(): void {
    this.send('injector.abort', {});
  }

  // Gas ---------------------------------------------------------------------------------------------------

  stepGas(step: 1 | -1): void {
    this.gasMl = stepped(GAS_ML, this.gasMl, step);
  }

  fillGas(): void {
    this.send('gas.fill', { ml: this.gasMl });
  }

  purgeGas(): void {
    this.send('gas.purge', {});
  }

  injectGas(): void {
    this.send('gas.inject', { ml: this.gasMl });
  }

  // Pressure ----------------------------------------------------------------------------------------------

  zero(): void {
    this.send('pressure.zero', {});
  }

  stepLevel(cm: number): void {
    const next = this.latest('level', this.room.live.pressure?.level_cm ?? 0) + cm;
    this.asked.set('level', { value: next, at: performance.now() });
    this.send('pressure.level', { cm: next });
  }

  /** Keep the pressure of this place, under the name of the vessel where none is given. */
  record(label = ''): void {
    this.send('pressure.record', { label: label.trim() || (this.room.live.pressure?.site ?? 'Pressure') });
  }
}

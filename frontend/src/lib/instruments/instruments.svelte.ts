import { api } from '../api';
import { offered } from '../blood/data';
import type { Refusal } from '../stream/picture';
import type { Room } from '../stream/room.svelte';
import type { RoomEvent } from '../stream/types';
import { BEGINNING, looked, stepNow, type Seen, type Step } from './course';
import { ofPreset, type Preset } from './cupboard';
import { findInside, type Device, type Inside, type InstrumentsState, type OnTable, type Orders, type Stack } from './data';
import { Feeling } from './feeling';
import { overChoices, usualOver } from './fit';
import { pushShare, wallShare } from './force';
import { Hands } from './hands.svelte';
import type { HandName } from './pads';
import { Ports } from './ports.svelte';
import { readyingOf, type Readying, type Start } from './readying';

const KEPT = 'angiosuite.hands';
const WATCH_MS = 1500;
/** A small curve for crossing, and one for a branch that leaves at a right angle (degrees). */
export const CURVES_DEG = [30, 45, 60, 90] as const;
/** Length of the tip that fingers bend, mm. */
export const CURVE_MM = 5;

interface Kept {
  sound?: boolean;
  tremor?: boolean;
  course?: 'done' | 'left';
  skipped?: Step[];
}

/** Instruments as one page works with them: cupboard, table, hands, what they feel, and the first minutes. */
export class Instruments {
  readonly hands: Hands;
  readonly ports: Ports;
  readonly feeling = new Feeling();
  /** What the dock below the monitors shows. */
  dock = $state<'picture' | 'hands'>('picture');
  private all = $state.raw<Device[]>([]);
  /** The cupboard, as far as a task opens it. */
  readonly devices = $derived.by<Device[]>(() => offered(this.all, (one) => one.id, this.room.state.allowed?.devices));
  fault = $state<string | null>(null);
  waiting = $state(false);
  query = $state('');
  fitting = $state(false);
  /** The tool on the table that the keys of the table mean. */
  chosen = $state<string | null>(null);
  private into = $state.raw<{ tool: string; over: string | null } | null>(null);
  /** The newest as painters see it, with the frames. */
  now = $state.raw<InstrumentsState | null>(null);
  sound = $state(false);
  tremor = $state(false);
  seen = $state.raw<Seen>(BEGINNING);
  course = $state(false);
  skipped = $state.raw<Step[]>([]);
  /** Event after which refusals answer the newest load; null when it was answered or put aside. */
  private askedAfter = $state<number | null>(null);
  private refusedAtOnce = $state<string | null>(null);
  /** The event that refused the newest load; the table tells it, and nobody else has to. */
  readonly refusal = $derived.by<RoomEvent | null>(() => {
    const after = this.askedAfter;
    const event = after === null ? undefined : this.room.events.find((one) => one.seq > after && one.name === 'command-refused');
    // What was done since makes the answer old.
    const old = event && this.room.events.some((one) => one.seq > event.seq && (one.name.startsWith('instrument-') || one.name === 'sheath-changed'));
    return old ? null : (event ?? null);
  });
  /** The room's answer to the newest load, where it refused it. */
  readonly refused = $derived(this.refusedAtOnce ?? this.refusal?.text?.replace(/ \([a-z]+\.[a-z_]+\)|; got '[^']*'/g, '') ?? null);
  /** What moves instruments is being made ready: so many seconds already, and what share. Null when it is. */
  readying = $state.raw<Readying | null>(null);

  readonly on = $derived.by(() => this.room.state.instruments != null);
  readonly table = $derived.by<OnTable[]>(() => this.room.state.instruments?.table ?? []);
  readonly byId = $derived(new Map(this.all.map((one) => [one.id, one])));
  readonly picked = $derived.by<OnTable | null>(() => this.table.find((one) => one.tool === this.chosen) ?? this.table.at(-1) ?? null);
  readonly stack = $derived.by<Stack | null>(() => this.room.state.instruments?.stacks[this.hands.grip.access ?? ''] ?? null);
  /** Over which tool the picked one is loaded; null is into the innermost lumen. */
  readonly over = $derived.by<string | null>(() => {
    const { picked, stack } = this;
    if (!picked) return null;
    const chosen = this.into?.tool === picked.tool ? this.into.over : undefined;
    return chosen !== undefined && (chosen === null || stack?.tools.some((one) => one.tool === chosen)) ? chosen : usualOver(picked, stack ?? undefined);
  });
  readonly overs = $derived.by<(string | null)[]>(() => [null, ...(this.picked ? overChoices(this.picked, this.stack ?? undefined).map((one) => one.tool) : [])]);
  readonly step = $derived(this.course ? stepNow(this.seen, this.skipped) : null);

  private readonly unfollow: () => void;
  private joined = false;
  private watching = 0;
  private disposed = false;
  private lastLoad = -1;
  private kept: Kept = {};

  constructor(
    private readonly room: Room,
    may: () => boolean,
  ) {
    this.hands = new Hands(room, may);
    this.ports = new Ports((hand, way, amount) => this.hands.encode(hand, way, amount));
    this.unfollow = room.ticker.add(() => this.look(), 'frame');
    try {
      this.kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Kept;
    } catch {
      this.kept = {};
    }
    this.sound = this.kept.sound === true;
    this.tremor = this.kept.tremor === true;
    this.skipped = this.kept.skipped ?? [];
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.watching);
    this.unfollow();
    this.hands.dispose();
    this.ports.dispose();
    this.feeling.dispose();
  }

  /** One look at the newest truth, with the frames: hands, feeling and the course follow it. */
  private look(): void {
    const state = this.room.live.instruments ?? null;
    if (state === this.now) return;
    this.now = state;
    if (!state) return;
    this.hands.follow(state);
    if (!this.joined) {
      this.joined = true;
      if (Object.values(state.stacks).some((stack) => stack.tools.length)) {
        this.dock = 'hands';
        void this.need();
        void this.watchStart();
      }
    }
    if (this.course) this.see(state);
    this.feel(findInside(state, this.hands.grip.first)?.tool ?? null);
  }

  private see(state: InstrumentsState): void {
    this.seen = looked(this.seen, state, this.room.live.xray?.on === true);
    if (stepNow(this.seen, this.skipped) === null) this.keep({ course: 'done' });
  }

  private feel(tool: Inside | null): void {
    const share = tool ? Math.max(pushShare(tool), wallShare(tool.wall_n)) : 0;
    const held = tool !== null && this.hands.driver.busy;
    this.feeling.sound(share, this.sound && held);
    if (this.tremor && held) this.feeling.tremor(share, this.hands.shakers);
  }

  private send<Name extends keyof Orders>(name: Name, args: Orders[Name]): number {
    return this.room.send(name, { ...args });
  }

  private keep(change: Kept): void {
    this.kept = { ...this.kept, ...change };
    localStorage.setItem(KEPT, JSON.stringify(this.kept));
  }

  // Cupboard and table -------------------------------------------------------------------------------------

  /** The cupboard is read once, when something first shows it. */
  async need(): Promise<void> {
    if (this.all.length || this.waiting) return;
    this.waiting = true;
    this.fault = null;
    try {
      this.all = await api<Device[]>('GET', 'devices');
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    } finally {
      this.waiting = false;
    }
  }

  showHands(): void {
    this.dock = 'hands';
    void this.need();
    void this.watchStart();
    if (!this.kept.course && !this.room.state.task) this.begin();
  }

  toggleDock(): void {
    if (this.dock === 'hands') this.dock = 'picture';
    else this.showHands();
  }

  pick(device: string): void {
    this.chosen = null;
    this.send('instrument.pick', { device });
    this.dock = 'hands';
  }

  pickPreset(preset: Preset): void {
    for (const device of ofPreset(preset, this.devices)) this.pick(device.id);
  }

  choose(tool: string): void {
    this.forgive();
    this.chosen = tool;
  }

  stepTable(step: number): void {
    const at = this.table.findIndex((one) => one.tool === this.picked?.tool);
    const next = this.table[(at + step + this.table.length) % Math.max(1, this.table.length)];
    if (next) this.choose(next.tool);
  }

  /** Over what the picked one goes: the next of what is possible. */
  setOver(over: string | null): void {
    if (this.picked) this.into = { tool: this.picked.tool, over };
  }

  nextOver(): void {
    const { overs } = this;
    this.setOver(overs[(overs.indexOf(this.over) + 1) % overs.length] ?? null);
  }

  giveBack(): void {
    if (this.picked) this.send('instrument.return', { tool: this.picked.tool });
  }

  wet(): void {
    if (this.picked) this.send('instrument.wet', { tool: this.picked.tool });
  }

  flush(tool = this.picked?.tool): void {
    if (tool) this.send('instrument.flush', { tool });
  }

  shape(angle_deg: number): void {
    if (this.picked) this.send('instrument.shape', { tool: this.picked.tool, angle_deg, length_mm: CURVE_MM });
  }

  load(): void {
    const { picked, hands } = this;
    if (!picked || !hands.grip.access) return;
    this.forgive();
    this.askedAfter = this.room.events.at(-1)?.seq ?? -1;
    this.lastLoad = this.send('instrument.load', { tool: picked.tool, access: hands.grip.access, over: this.over });
  }

  /** The picked sheath takes the place of the one that lies in the entry in hand. */
  changeSheath(): void {
    const { picked, hands } = this;
    if (!picked || !hands.grip.access) return;
    this.forgive();
    this.askedAfter = this.room.events.at(-1)?.seq ?? -1;
    this.lastLoad = this.send('access.sheath', { access: hands.grip.access, tool: picked.tool });
  }

  /** The room refused a command. Whether the table tells so, beside the load that was refused. */
  told(refusal: Refusal): boolean {
    if (refusal.n !== this.lastLoad || this.dock !== 'hands') return false;
    // Not ready yet is no fault: a line with the progress says it.
    if (refusal.code === 'hands-not-ready') void this.watchStart();
    else this.refusedAtOnce = refusal.message;
    return true;
  }

  /** Follow the start until wires can be led. */
  private async watchStart(): Promise<void> {
    clearTimeout(this.watching);
    let now: Readying | null = null;
    try {
      now = readyingOf(await api<Start>('GET', 'start'));
    } catch {
      // The line comes when the server answers; the room itself says what it refuses.
    }
    this.readying = now;
    if (now && !this.disposed) this.watching = window.setTimeout(() => void this.watchStart(), WATCH_MS);
  }

  private forgive(): void {
    this.askedAfter = null;
    this.refusedAtOnce = null;
  }

  // In the patient -----------------------------------------------------------------------------------------

  pin(tool: Inside | null): void {
    if (tool) this.send('instrument.pin', { tool: tool.tool, on: !tool.pinned });
  }

  torquer(tool: Inside | null): void {
    if (tool) this.send('instrument.torquer', { tool: tool.tool, on: !tool.torquer });
  }

  connect(tool: Inside | null): void {
    if (tool) this.send('instrument.connect', { tool: tool.tool });
  }

  remove(tool: Inside | null): void {
    if (tool) this.send('instrument.remove', { tool: tool.tool });
  }

  halt(): void {
    this.hands.letGo();
    this.send('instrument.halt', {});
  }

  aid(): void {
    this.send('instrument.aid', { on: !this.room.live.instruments?.aid });
  }

  held(hand: HandName = 'first'): Inside | null {
    return this.hands.tool(hand);
  }

  // Force and the first minutes ----------------------------------------------------------------------------

  setSound(on: boolean): void {
    this.sound = on;
    if (!on) this.feeling.quiet();
    this.keep({ sound: on });
  }

  setTremor(on: boolean): void {
    this.tremor = on;
    this.keep({ tremor: on });
  }

  begin(): void {
    this.seen = BEGINNING;
    this.skipped = [];
    this.course = true;
    this.dock = 'hands';
    void this.need();
    this.keep({ skipped: [] });
    if (this.now) this.see(this.now);
  }

  skip(): void {
    const { step } = this;
    if (!step) return;
    this.skipped = [...this.skipped, step];
    this.keep({ skipped: this.skipped });
  }

  leaveCourse(): void {
    this.course = false;
    if (this.kept.course !== 'done') this.keep({ course: 'left' });
  }
}

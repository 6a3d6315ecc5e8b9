import { inflatorFor } from '../instruments/sizes';
import type { Device, OnTable } from '../instruments/data';
import type { Suite } from '../suite/suite.svelte';
import { Closing } from './closing.svelte';
import { Coiling } from './coiling.svelte';
import { treatingIn } from './data';
import { Filtering } from './filtering.svelte';
import { turned } from './gauge';
import { Held } from './held';
import { pagesOf, type TreatingPage } from './pages';
import { Retrieving } from './retrieving.svelte';
import { Syringes } from './syringes.svelte';
import { inHand, recaptures, treats, type Treats } from './tools';

/** One turn of the screw while its key is held, ms. */
const TURN_MS = 320;
/** So long a press of it is one turn, ms. */
const FIRST_MS = 500;
/** A hand on a sleeve: so much at a time, so often. The room draws no faster than a hand does. */
const SLEEVE_MM = 1;
const SLEEVE_MS = 250;
/** So long the page's own goal counts before the room's answer, ms. */
const ASKED_MS = 1500;

/** Treatment as one page works with it: balloons and stents here; syringe, coils, filters, retrieval and closing beside them. */
export class Treating {
  readonly syringes: Syringes;
  readonly coiling: Coiling;
  readonly closing: Closing;
  readonly filtering: Filtering;
  readonly retrieving: Retrieving;
  chosen = $state<string | null>(null);
  private shown = $state<TreatingPage>('treating');

  readonly state = $derived.by(() => treatingIn(this.suite.room.state));
  readonly on = $derived.by(() => this.state !== null && this.suite.instruments.on);
  readonly pages = $derived.by<TreatingPage[]>(() => pagesOf(this.state));
  readonly page = $derived.by<TreatingPage>(() => (this.pages.includes(this.shown) ? this.shown : 'treating'));
  readonly all = $derived.by<Treats[]>(() => treats(this.suite.room.state.instruments, this.state, this.suite.instruments.byId));
  readonly now = $derived.by<Treats | null>(() => inHand(this.all, this.chosen));
  /** On the table: what fills balloons. */
  readonly inflator = $derived.by<OnTable | null>(() => {
    const all = this.suite.instruments.table.filter((one) => one.kind === 'inflator');
    return all.sort((a, b) => this.mostAtm(b) - this.mostAtm(a))[0] ?? null;
  });
  /** Of the dial: to where the inflator holds. None without one. */
  readonly dialAtm = $derived.by<number | null>(() => (this.inflator ? this.mostAtm(this.inflator) || null : null));
  readonly hasBalloon = $derived.by(() => this.on && !!this.now && (this.now.balloon !== null || this.now.toldBalloon !== null));
  readonly mayTurn = $derived.by(() => this.hasBalloon && this.now?.inside === true && this.inflator !== null && this.now.toldBalloon?.burst !== true);
  readonly mayPrepare = $derived.by(() => this.hasBalloon && this.inflator !== null && this.now?.toldBalloon?.up !== true);
  readonly maySleeve = $derived.by(() => this.on && this.now?.inside === true && this.now.toldStent?.opens === 'self' && !this.now.toldStent.placed);
  readonly mayRecapture = $derived.by(() => this.maySleeve && !!this.now?.toldStent && recaptures(this.now.toldStent));

  private asked: { tool: string; atm: number; at: number } | null = null;
  private readonly more = new Held(() => this.turn(1), TURN_MS, FIRST_MS);
  private readonly less = new Held(() => this.turn(-1), TURN_MS, FIRST_MS);
  private readonly back = new Held(() => this.sleeve(SLEEVE_MM), SLEEVE_MS);
  private readonly again = new Held(() => this.sleeve(-SLEEVE_MM), SLEEVE_MS);

  constructor(private readonly suite: Suite) {
    this.syringes = new Syringes(suite);
    this.coiling = new Coiling(suite);
    this.closing = new Closing(suite);
    this.filtering = new Filtering(suite);
    this.retrieving = new Retrieving(suite);
  }

  /** Open a page and give it the keys; back to the C-arm where it has them already. A page that watches has none. */
  open(page: TreatingPage): void {
    const { suite } = this;
    const has = suite.armPage === 'treating' && this.page === page && (suite.mode === page || !suite.operator);
    suite.mode = has || !suite.operator ? null : page;
    suite.armPage = has ? 'carm' : 'treating';
    this.shown = page;
    void suite.instruments.need();
  }

  /** Another page of the place; the keys go with it where they were there. */
  show(page: TreatingPage): void {
    if (this.suite.mode === this.page) this.suite.mode = page;
    this.shown = page;
  }

  /** The room hears what is held here. */
  private get hears(): boolean {
    return this.suite.operator && this.suite.room.ready;
  }

  private mostAtm(one: { device: string }): number {
    return this.suite.instruments.byId.get(one.device)?.sizes?.most_atm ?? 0;
  }

  choose(tool: string): void {
    this.chosen = tool;
    this.letGo();
  }

  next(): void {
    const at = this.all.findIndex((one) => one.tool === this.now?.tool);
    const next = this.all[(at + 1) % Math.max(1, this.all.length)];
    if (next) this.choose(next.tool);
  }

  letGo(): void {
    for (const one of [this.more, this.less, this.back, this.again]) one.release();
  }

  // Balloons -----------------------------------------------------------------------------------------------

  /** The inflator that the balloon in hand wants, of the cupboard. */
  get wanted(): Device | null {
    const size = this.now?.balloon ?? this.now?.toldBalloon;
    return size ? inflatorFor(this.suite.instruments.devices, size) : null;
  }

  pickInflator(): void {
    const { wanted } = this;
    if (wanted) this.suite.room.send('instrument.pick', { device: wanted.id });
  }

  prepare(): void {
    if (this.now) this.suite.room.send('balloon.prepare', { tool: this.now.tool });
  }

  press(more: boolean): void {
    (more ? this.more : this.less).press();
  }

  release(more: boolean): void {
    (more ? this.more : this.less).release();
  }

  private turn(by_atm: number): void {
    const { now } = this;
    if (!now || !this.mayTurn || !this.hears) return this.letGo();
    this.to(turned(this.goal(now), by_atm, this.dialAtm ?? now.balloon?.rated_atm ?? 0));
  }

  /** What the screw is turned to, with what was asked for a moment ago. */
  private goal({ tool }: Treats): number {
    const { asked } = this;
    if (asked?.tool === tool && performance.now() - asked.at < ASKED_MS) return asked.atm;
    return treatingIn(this.suite.room.live)?.balloons?.find((one) => one.tool === tool)?.goal_atm ?? 0;
  }

  to(atm: number): void {
    const { now } = this;
    if (!now || !this.mayTurn) return;
    if (atm === this.goal(now)) return;
    this.asked = { tool: now.tool, atm, at: performance.now() };
    this.suite.room.send('balloon.inflate', { tool: now.tool, atm });
  }

  toNominal(): void {
    const atm = this.now?.balloon?.nominal_atm ?? this.now?.toldBalloon?.nominal_atm;
    if (atm !== undefined) this.to(atm);
  }

  toRated(): void {
    const atm = this.now?.balloon?.rated_atm ?? this.now?.toldBalloon?.rated_atm;
    if (atm !== undefined) this.to(atm);
  }

  deflate(): void {
    const { now } = this;
    if (!now) return;
    this.letGo();
    this.asked = { tool: now.tool, atm: 0, at: performance.now() };
    this.suite.room.send('balloon.deflate', { tool: now.tool });
  }

  // Stents -------------------------------------------------------------------------------------------------

  pressSleeve(back: boolean): void {
    (back ? this.back : this.again).press();
  }

  releaseSleeve(back: boolean): void {
    (back ? this.back : this.again).release();
  }

  private sleeve(mm: number): void {
    const { now } = this;
    if (!now || !(mm > 0 ? this.maySleeve : this.mayRecapture) || !this.hears) return this.letGo();
    this.suite.room.send('stent.draw-back', { tool: now.tool, mm });
  }
}

const known = new WeakMap<Suite, Treating>();

/** The treatment of a suite page, made with it. */
export function treatingOf(suite: Suite): Treating {
  let found = known.get(suite);
  if (!found) known.set(suite, (found = new Treating(suite)));
  return found;
}

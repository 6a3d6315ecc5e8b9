import type { Inside, OnTable } from '../instruments/data';
import { after } from '../remedies/choice';
import type { Suite } from '../suite/suite.svelte';
import { treatingIn, type Aspiration, type Snared } from './data';
import { PULLS_N } from './filtering.svelte';

/** Clot and what was lost: a vacuum on a catheter, a snare through a sheath. */
export class Retrieving {
  private picked = $state<string | null>(null);
  force_n = $state<number>(PULLS_N[0]);

  readonly aspiration = $derived.by<Aspiration | null>(() => treatingIn(this.suite.room.state)?.aspiration ?? null);
  readonly snare = $derived.by<Snared | null>(() => treatingIn(this.suite.room.state)?.snare ?? null);
  /** Aspirators and snares on the table. */
  readonly table = $derived.by<OnTable[]>(() => this.suite.instruments.table.filter((one) => one.kind === 'aspirator' || one.kind === 'snare'));
  readonly now = $derived.by<OnTable | null>(() => this.table.find((one) => one.tool === this.picked) ?? this.table.at(-1) ?? null);
  /** The innermost tube of the stack in hand: a vacuum draws at it, a snare goes through it. */
  readonly through = $derived.by<Inside | null>(() => this.suite.instruments.stack?.tools.find((one) => one.kind === 'sheath' || one.kind === 'catheter') ?? null);
  readonly isOn = $derived.by(() => (this.aspiration?.tool ?? null) !== null);
  readonly isOpen = $derived.by(() => (this.snare?.tool ?? null) !== null);
  readonly mayStart = $derived.by(() => !this.isOn && this.now?.kind === 'aspirator' && this.through !== null);
  readonly mayStop = $derived.by(() => this.isOn);
  readonly mayOpen = $derived.by(() => !this.isOpen && this.now?.kind === 'snare' && this.through !== null);
  readonly mayClose = $derived.by(() => this.isOpen && this.snare?.caught === null);
  readonly mayPull = $derived.by(() => this.isOpen && (this.snare?.caught ?? null) !== null);

  constructor(private readonly suite: Suite) {}

  choose(tool: string): void {
    this.picked = tool;
  }

  next(): void {
    const next = this.now && after(this.table, this.now);
    if (next) this.choose(next.tool);
  }

  start(): void {
    if (this.mayStart) this.suite.room.send('aspiration.start', { tool: this.now?.tool, through: this.through?.tool });
  }

  stop(): void {
    if (this.mayStop) this.suite.room.send('aspiration.stop', {});
  }

  open(): void {
    if (this.mayOpen) this.suite.room.send('snare.open', { tool: this.now?.tool, through: this.through?.tool });
  }

  close(): void {
    if (this.mayClose) this.suite.room.send('snare.close', {});
  }

  stepForce(step: number): void {
    const all: readonly number[] = PULLS_N;
    const next = all[all.indexOf(this.force_n) + step];
    if (next !== undefined) this.force_n = next;
  }

  pull(): void {
    if (this.mayPull) this.suite.room.send('snare.pull', { force_n: this.force_n });
  }

  letGo(): void {
    if (this.isOpen) this.suite.room.send('snare.let_go', {});
  }
}

import type { Inside, OnTable } from '../instruments/data';
import { after } from '../remedies/choice';
import type { Suite } from '../suite/suite.svelte';
import { treatingIn, type Filters } from './data';

/** How hard hands pull on a snare, N. */
export const PULLS_N = [5, 10, 15, 20] as const;
const USUAL_N = 10;

/** Filters of a cava: pushed into a sheath, opened; taken back by a snare. */
export class Filtering {
  private picked = $state<string | null>(null);
  force_n = $state<number>(USUAL_N);

  readonly state = $derived.by<Filters | null>(() => treatingIn(this.suite.room.state)?.filter ?? null);
  /** Filters and snares on the table. */
  readonly table = $derived.by<OnTable[]>(() => this.suite.instruments.table.filter((one) => one.kind === 'cava-filter' || one.kind === 'snare'));
  readonly now = $derived.by<OnTable | null>(() => this.table.find((one) => one.tool === this.picked) ?? this.table.at(-1) ?? null);
  /** The sheath or catheter of the stack in hand that they go through, the innermost. */
  readonly through = $derived.by<Inside | null>(() => this.suite.instruments.stack?.tools.find((one) => one.kind === 'sheath' || one.kind === 'catheter') ?? null);
  readonly mayLoad = $derived.by(() => this.state !== null && this.state.loaded === null && this.now?.kind === 'cava-filter' && this.through !== null);
  readonly mayOpen = $derived.by(() => (this.state?.loaded ?? null) !== null);
  readonly maySnare = $derived.by(() => this.state !== null && !this.state.snared && this.now?.kind === 'snare' && this.through !== null);
  readonly mayPull = $derived.by(() => this.state?.snared === true);

  constructor(private readonly suite: Suite) {}

  choose(tool: string): void {
    this.picked = tool;
  }

  next(): void {
    const next = this.now && after(this.table, this.now);
    if (next) this.choose(next.tool);
  }

  load(): void {
    if (this.mayLoad) this.suite.room.send('filter.load', { tool: this.now?.tool, into: this.through?.tool });
  }

  open(): void {
    if (this.mayOpen) this.suite.room.send('filter.open', {});
  }

  snare(): void {
    if (this.maySnare) this.suite.room.send('filter.snare', { tool: this.now?.tool, through: this.through?.tool });
  }

  stepForce(step: number): void {
    const all: readonly number[] = PULLS_N;
    const next = all[all.indexOf(this.force_n) + step];
    if (next !== undefined) this.force_n = next;
  }

  pull(): void {
    if (this.mayPull) this.suite.room.send('filter.pull', { force_n: this.force_n });
  }

  letGo(): void {
    if (this.mayPull) this.suite.room.send('filter.let_go', {});
  }
}

import { isWire } from '../instruments/fit';
import type { OnTable } from '../instruments/data';
import { after } from '../remedies/choice';
import type { Suite } from '../suite/suite.svelte';
import { treatingIn, type Delivery } from './data';
import { comesBack, feedMmS } from './feeding';

const LOOK_MS = 100;

/** Coils and plugs: brought into a catheter, fed while a key is held, let go. */
export class Coiling {
  private picked = $state<string | null>(null);

  readonly state = $derived.by(() => treatingIn(this.suite.room.state)?.coils ?? null);
  readonly delivery = $derived.by<Delivery | null>(() => this.state?.delivery ?? null);
  readonly table = $derived.by<OnTable[]>(() => this.suite.instruments.table.filter((one) => one.kind === 'coil' || one.kind === 'plug'));
  readonly next = $derived.by<OnTable | null>(() => this.table.find((one) => one.tool === this.picked) ?? this.table.at(-1) ?? null);
  /** The innermost tube of the stack in hand; none where a catheter was placed without one. */
  readonly through = $derived.by(() => this.suite.instruments.stack?.tools.find((one) => !isWire(one)) ?? null);
  readonly mayLoad = $derived.by(() => this.state !== null && this.delivery === null && this.next !== null);
  readonly mayPull = $derived.by(() => this.delivery !== null && comesBack(this.delivery));
  readonly mayDetach = $derived.by(() => this.delivery?.detachable === true);

  private timer = 0;
  private mm_s = 0;

  constructor(private readonly suite: Suite) {}

  choose(tool: string): void {
    this.picked = tool;
  }

  nextOne(): void {
    const next = this.next && after(this.table, this.next);
    if (next) this.choose(next.tool);
  }

  load(): void {
    if (this.mayLoad && this.next) this.suite.room.send('coil.load', { tool: this.next.tool, through: this.through?.tool ?? null });
  }

  /** Feed, or draw back, until it is let go; the rate follows how near to the tip it is. */
  press(on: boolean, fine: boolean): void {
    this.release();
    this.feed(on, fine);
    this.timer = window.setInterval(() => this.feed(on, fine), LOOK_MS);
  }

  private feed(on: boolean, fine: boolean): void {
    const one = treatingIn(this.suite.room.live)?.coils?.delivery;
    if (!one || !this.suite.operator || !this.suite.room.ready || (!on && !comesBack(one))) return this.release();
    const mm_s = feedMmS(one, on, fine);
    if (mm_s === this.mm_s) return;
    this.mm_s = mm_s;
    this.suite.room.send('coil.push', { mm_s });
  }

  release(): void {
    clearInterval(this.timer);
    this.timer = 0;
    if (this.mm_s && treatingIn(this.suite.room.live)?.coils?.delivery) this.suite.room.send('coil.push', { mm_s: 0 });
    this.mm_s = 0;
  }

  detach(): void {
    if (this.mayDetach) this.suite.room.send('coil.detach', {});
  }
}

/**
 * What hands want of each tool, told to the room.
 *
 * Many sources (keys, sticks, buttons) may hold one tool; their rates add up. At most 50 messages a second
 * leave, the newest value of each; a zero leaves at once, whatever waits.
 */
import { clamped, MOST_DEG_S, MOST_MM_S } from './rates.ts';

/** Most that one message may ask for; hands that are so far behind are not followed. */
const MOST_MM = 100;
const MOST_DEG = 720;
/** A move that was told may still go on for so long, ms. */
const FINISHED_MS = 4000;
/** Between two messages, ms. */
export const GAP_MS = 20;

export interface Wire {
  drive(tool: string, mm_s: number, deg_s: number): void;
  move(tool: string, mm: number, deg: number): void;
  halt(): void;
}

export interface Clock {
  now(): number;
  later(act: () => void, ms: number): unknown;
  forget(handle: unknown): void;
}

const REAL: Clock = {
  now: () => performance.now(),
  later: (act, ms) => setTimeout(act, ms),
  forget: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

interface Rate {
  mm_s: number;
  deg_s: number;
}
const STILL: Rate = { mm_s: 0, deg_s: 0 };
const round = (value: number): number => Math.round(value * 100) / 100 || 0;

export class Driver {
  private readonly sources = new Map<string, Rate & { tool: string }>();
  private readonly told = new Map<string, Rate>();
  private readonly moves = new Map<string, { mm: number; deg: number }>();
  private movedAt = -Infinity;
  private freeAt = 0;
  private timer: unknown = null;

  private readonly wire: Wire;
  private readonly clock: Clock;

  constructor(wire: Wire, clock: Clock = REAL) {
    this.wire = wire;
    this.clock = clock;
  }

  /** A source holds a tool with these rates; both zero, or no tool, lets go. */
  hold(source: string, tool: string | null, mm_s: number, deg_s: number): void {
    const was = this.sources.get(source);
    if (tool === null || (!mm_s && !deg_s)) {
      if (!this.sources.delete(source)) return;
    } else if (was?.tool === tool && was.mm_s === mm_s && was.deg_s === deg_s) {
      return;
    } else {
      this.sources.set(source, { tool, mm_s, deg_s });
    }
    this.stopAtOnce();
    this.plan();
  }

  /** So much, as fast as hands can; added to what waits. */
  move(tool: string | null, mm: number, deg: number): void {
    if (tool === null || (!mm && !deg)) return;
    const waits = this.moves.get(tool) ?? { mm: 0, deg: 0 };
    this.moves.set(tool, { mm: waits.mm + mm, deg: waits.deg + deg });
    this.plan();
  }

  /** Whether anything is held, waits to be told, or may still be going on. */
  get busy(): boolean {
    const going = this.clock.now() - this.movedAt < FINISHED_MS;
    return going || this.sources.size > 0 || this.moves.size > 0 || [...this.told.values()].some((rate) => rate.mm_s || rate.deg_s);
  }

  /** All hands off: drives to zero, nothing waits any more. Says so to the room only where something was held. */
  letGo(): void {
    const held = this.busy;
    this.sources.clear();
    this.moves.clear();
    this.clock.forget(this.timer);
    this.timer = null;
    this.stopAtOnce();
    this.movedAt = -Infinity;
    if (held) this.wire.halt();
  }

  /** The room forgot (a new socket): what was told counts no more. */
  forget(): void {
    this.sources.clear();
    this.moves.clear();
    this.told.clear();
    this.clock.forget(this.timer);
    this.timer = null;
  }

  private wanted(tool: string): Rate {
    let mm = 0;
    let deg = 0;
    for (const one of this.sources.values()) {
      if (one.tool !== tool) continue;
      mm += one.mm_s;
      deg += one.deg_s;
    }
    return { mm_s: round(clamped(mm, MOST_MM_S)), deg_s: round(clamped(deg, MOST_DEG_S)) };
  }

  private stopAtOnce(): void {
    for (const [tool, rate] of this.told) {
      if ((!rate.mm_s && !rate.deg_s) || !same(this.wanted(tool), STILL)) continue;
      this.told.set(tool, STILL);
      this.wire.drive(tool, 0, 0);
    }
  }

  private plan(): void {
    if (this.timer !== null) return;
    const wait = this.freeAt - this.clock.now();
    if (wait <= 0) this.flush();
    else
      this.timer = this.clock.later(() => {
        this.timer = null;
        this.flush();
      }, wait);
  }

  private flush(): void {
    let sent = 0;
    for (const tool of new Set([...this.sources.values()].map((one) => one.tool))) {
      const wanted = this.wanted(tool);
      if (same(wanted, this.told.get(tool) ?? STILL)) continue;
      this.told.set(tool, wanted);
      this.wire.drive(tool, wanted.mm_s, wanted.deg_s);
      sent++;
    }
    for (const [tool, { mm, deg }] of this.moves) {
      this.moves.delete(tool);
      if (!round(mm) && !round(deg)) continue;
      this.movedAt = this.clock.now();
      this.wire.move(tool, round(clamped(mm, MOST_MM)), round(clamped(deg, MOST_DEG)));
      sent++;
    }
    if (sent) this.freeAt = this.clock.now() + sent * GAP_MS;
  }
}

const same = (a: Rate, b: Rate): boolean => a.mm_s === b.mm_s && a.deg_s === b.deg_s;

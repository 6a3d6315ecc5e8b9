import type { Room } from '../stream/room.svelte';

export type PedalName = 'fluoro' | 'shot' | 'acquire';
export const LATCH_LIMIT_MS = 10_000;
const SHOT_AT_LEAST_MS = 300;

/**
 * The pedals as this page holds them.
 *
 * A pedal is down while at least one source (key, finger, mouse) holds it. Losing the window, the page or the
 * socket lets everything go; X-rays then need a new press. The server holds the same rules on its side.
 */
export class XrayPedals {
  fluoro = $state(false);
  shot = $state(false);
  acquire = $state(false);
  latchedUntil = $state(0);
  highLevel = $state(false);
  /** Set when something took the X-rays away while a pedal was down. */
  lostBy = $state<string | null>(null);
  onPress: () => void = () => {};

  private readonly sources: Record<PedalName, Set<string>> = { fluoro: new Set(), shot: new Set(), acquire: new Set() };
  private timer = 0;
  private shotTimer = 0;
  private shotAt = 0;

  constructor(
    private readonly room: Room,
    /** Whether a pedal may start X-rays now; tells the person why not. */
    private readonly mayPress: () => boolean,
  ) {}

  press(pedal: PedalName, source: string): void {
    if (!this.mayPress()) return;
    if (this.latchedUntil) this.unlatch();
    const held = this.sources[pedal];
    const first = held.size === 0;
    held.add(source);
    if (!first) return;
    this.lostBy = null;
    this[pedal] = true;
    this.onPress();
    if (pedal === 'shot') this.shotAt = performance.now();
    this.room.send('xray.press', { pedal });
  }

  release(pedal: PedalName, source: string): void {
    const held = this.sources[pedal];
    if (!held.delete(source) || held.size > 0) return;
    this[pedal] = false;
    if (pedal !== 'shot') this.room.send('xray.release', { pedal });
    else this.shotOff(Math.max(0, SHOT_AT_LEAST_MS - (performance.now() - this.shotAt)));
  }

  /** A tap is a whole shot: the room ends it by itself after one exposure, the release is only for safety. */
  private shotOff(afterMs: number): void {
    clearTimeout(this.shotTimer);
    const off = () => {
      if (!this.shot) this.room.send('xray.release', { pedal: 'shot' });
    };
    if (afterMs > 0) this.shotTimer = window.setTimeout(off, afterMs);
    else off();
  }

  /** One-handed fluoroscopy: on with one press, off with the next or after ten seconds. */
  toggleLatch(): void {
    if (this.latchedUntil) {
      this.unlatch();
      return;
    }
    if (!this.mayPress()) return;
    this.lostBy = null;
    this.latchedUntil = Date.now() + LATCH_LIMIT_MS;
    this.onPress();
    this.room.send('xray.press', { pedal: 'fluoro', latched: true });
    this.timer = window.setTimeout(() => this.unlatch(), LATCH_LIMIT_MS);
  }

  setHighLevel(on: boolean): void {
    if (this.highLevel === on || (on && !this.room.ready)) return;
    this.highLevel = on;
    this.room.send('xray.high_level', { on });
  }

  get anyDown(): boolean {
    return this.fluoro || this.shot || this.acquire || this.latchedUntil > 0;
  }

  /** Let go of everything, with the reason to show when X-rays were wanted. */
  dropAll(reason: string): void {
    const wanted = this.anyDown;
    for (const pedal of ['fluoro', 'shot', 'acquire'] as const) {
      if (this.sources[pedal].size === 0) continue;
      this.sources[pedal].clear();
      this[pedal] = false;
      this.room.send('xray.release', { pedal });
    }
    if (this.latchedUntil) this.unlatch();
    this.setHighLevel(false);
    if (wanted) this.lostBy = reason;
  }

  private unlatch(): void {
    clearTimeout(this.timer);
    this.latchedUntil = 0;
    this.room.send('xray.release', { pedal: 'fluoro' });
  }
}

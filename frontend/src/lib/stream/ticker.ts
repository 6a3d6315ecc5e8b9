/**
 * One animation frame for everything that moves.
 *
 * Painters run when something new came, with the X-ray frame and never faster than it; slow readers
 * (rates, totals) run twice a second. Nothing runs while nothing changes.
 */
export type Speed = 'frame' | 'slow';

const SLOW_MS = 500;
const IDLE_MS = 100;
/** While pictures come, everything else rides with them: one composition of the page for each. */
const RIDE_MS = 250;

export class Ticker {
  private readonly painters: Record<Speed, Set<() => void>> = { frame: new Set(), slow: new Set() };
  private scheduled = false;
  private urgent = false;
  private timer = 0;
  private lastFrame = 0;
  private lastPicture = -RIDE_MS;
  private lastSlow = 0;
  private slowDue = false;
  /** Draws the newest X-ray frame, if there is one; says whether it drew. */
  drawPicture: () => boolean = () => false;

  add(painter: () => void, speed: Speed): () => void {
    this.painters[speed].add(painter);
    this.request();
    return () => this.painters[speed].delete(painter);
  }

  /** Something changed. `urgent` means an X-ray frame waits. */
  request(urgent = false): void {
    this.slowDue = true;
    if (urgent) this.urgent = true;
    if (this.scheduled) return;
    const ride = this.lastPicture + RIDE_MS - performance.now();
    if (!urgent && ride > 0) {
      this.later(ride);
      return;
    }
    this.scheduled = true;
    requestAnimationFrame(() => this.tick());
  }

  /** Let the slow readers run with the next picture (X-rays just went on or off). */
  hurry(): void {
    this.lastSlow = 0;
    this.lastFrame = 0;
    this.lastPicture = -RIDE_MS;
    this.request();
  }

  private tick(): void {
    this.scheduled = false;
    const now = performance.now();
    const drew = this.urgent && this.drawPicture();
    this.urgent = false;
    if (drew) this.lastPicture = now;
    if (drew || now - this.lastFrame >= IDLE_MS) {
      this.lastFrame = now;
      for (const paint of this.painters.frame) paint();
    } else {
      this.later(IDLE_MS - (now - this.lastFrame));
    }
    if (!this.slowDue) return;
    if (now - this.lastSlow >= SLOW_MS) {
      this.lastSlow = now;
      this.slowDue = false;
      for (const paint of this.painters.slow) paint();
    } else {
      this.later(SLOW_MS - (now - this.lastSlow));
    }
  }

  private later(ms: number): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.request();
    }, ms + 1);
  }
}

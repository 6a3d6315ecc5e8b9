/** A key or a button that is held: it acts at once, after a while again, and then again and again until it is let go. */
export class Held {
  private timer = 0;
  private readonly act: () => void;
  private readonly everyMs: number;
  private readonly firstMs: number;

  /**
   * @param everyMs between one act and the next
   * @param firstMs between the first and the second: long where a short press means one
   */
  constructor(act: () => void, everyMs: number, firstMs = everyMs) {
    this.act = act;
    this.everyMs = everyMs;
    this.firstMs = firstMs;
  }

  press(): void {
    this.release();
    this.wait(this.firstMs);
    this.act();
  }

  release(): void {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.wait(this.everyMs);
      this.act();
    }, ms) as unknown as number;
  }
}

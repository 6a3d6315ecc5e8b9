/** A key or a button that is held: it acts at once, and again and again until it is let go. */
export class Held {
  private timer = 0;

  constructor(
    private readonly act: () => void,
    private readonly everyMs: number,
  ) {}

  press(): void {
    this.release();
    this.act();
    this.timer = window.setInterval(this.act, this.everyMs);
  }

  release(): void {
    clearInterval(this.timer);
    this.timer = 0;
  }
}

const GAP_MS = 1000;
const KEPT = 3;

/** What the screen reader hears: at most one message a second, the newest kept when many come. */
export class Announcer {
  text = $state('');
  private readonly queue: string[] = [];
  private timer = 0;

  say(text: string): void {
    if (this.queue.at(-1) === text) return;
    this.queue.push(text);
    while (this.queue.length > KEPT) this.queue.shift();
    if (!this.timer) this.next();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private next(): void {
    const text = this.queue.shift();
    if (text === undefined) {
      this.timer = 0;
      return;
    }
    this.text = text;
    this.timer = window.setTimeout(() => this.next(), GAP_MS);
  }
}

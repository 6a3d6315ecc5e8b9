/** Peak opacification: of every pixel the lowest signal over time, where contrast was densest. */
export class Peak {
  private readonly seen = new Set<number>();
  private lowest: Uint16Array | null = null;

  /** How many frames it holds. */
  get count(): number {
    return this.seen.size;
  }

  has(frame: number): boolean {
    return this.seen.has(frame);
  }

  /** The lowest values so far; stored values grow with the signal, so they need no logarithm. */
  get values(): Uint16Array | null {
    return this.lowest;
  }

  add(frame: number, values: Uint16Array): void {
    if (this.seen.has(frame)) return;
    this.seen.add(frame);
    if (!this.lowest) {
      this.lowest = values.slice();
      return;
    }
    const low = this.lowest;
    for (let i = 0; i < low.length; i++) if ((values[i] as number) < (low[i] as number)) low[i] = values[i] as number;
  }
}

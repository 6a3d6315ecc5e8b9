/** Stored pictures of a run: fetched a little ahead of the play head, the newest wish alone, kept for a while. */
const AT_ONCE = 4;
const KEPT = 96;

export class Pictures {
  private readonly kept = new Map<number, ImageBitmap>();
  private readonly coming = new Map<number, AbortController>();
  private readonly missing = new Set<number>();
  private wanted: number[] = [];

  constructor(
    private readonly address: (index: number) => string,
    private readonly arrived: (index: number) => void,
  ) {}

  get(index: number): ImageBitmap | undefined {
    const found = this.kept.get(index);
    if (found) {
      this.kept.delete(index);
      this.kept.set(index, found); // the one that was used last goes last
    }
    return found;
  }

  /** A picture that the server does not have. */
  lacks(index: number): boolean {
    return this.missing.has(index);
  }

  /** What is wanted now, the most urgent first; whatever else is on its way is given up. */
  want(indices: readonly number[]): void {
    this.wanted = indices.filter((index) => !this.kept.has(index) && !this.missing.has(index));
    for (const [index, stop] of this.coming) if (!this.wanted.includes(index)) stop.abort();
    this.pump();
  }

  close(): void {
    this.want([]);
    for (const bitmap of this.kept.values()) bitmap.close();
    this.kept.clear();
  }

  private pump(): void {
    for (const index of this.wanted) {
      if (this.coming.size >= AT_ONCE) return;
      if (!this.coming.has(index)) void this.fetch(index);
    }
  }

  private async fetch(index: number): Promise<void> {
    const stop = new AbortController();
    this.coming.set(index, stop);
    try {
      const answer = await fetch(this.address(index), { signal: stop.signal });
      if (answer.ok) {
        this.keep(index, await createImageBitmap(await answer.blob()));
        this.arrived(index);
      } else if (answer.status === 404) {
        this.missing.add(index);
        this.arrived(index);
      } else this.wanted = this.wanted.filter((one) => one !== index);
    } catch {
      this.wanted = this.wanted.filter((one) => one !== index); // given up, or the server is gone: asked again at the next move
    } finally {
      this.coming.delete(index);
      this.wanted = this.wanted.filter((one) => !this.kept.has(one) && !this.missing.has(one));
      this.pump();
    }
  }

  private keep(index: number, bitmap: ImageBitmap): void {
    this.kept.set(index, bitmap);
    for (const old of this.kept.keys()) {
      if (this.kept.size <= KEPT) return;
      this.kept.get(old)?.close();
      this.kept.delete(old);
    }
  }
}

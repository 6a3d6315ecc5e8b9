/** Frames of a run in memory: a ring of blocks ahead of what is shown, within a limit. */

const LIMIT_BYTES = 300_000_000;
const BLOCK_BYTES = 8_000_000;
const AT_ONCE = 2;
const LONE = 18;
/** Share of the ring that lies behind what is shown, for stepping back. */
const BEHIND = 0.2;

/**
 * Blocks to hold around block `at`, the most wanted first.
 *
 * @param step direction of play, 1 or −1
 * @param ring after the last block comes the first one again
 */
export function wanted(at: number, blocks: number, capacity: number, step: 1 | -1, ring: boolean): number[] {
  const behind = Math.floor(capacity * BEHIND);
  const found: number[] = [];
  const add = (block: number): void => {
    const inside = ring ? ((block % blocks) + blocks) % blocks : block;
    if (inside >= 0 && inside < blocks && !found.includes(inside)) found.push(inside);
  };
  for (let i = 0; i < blocks && found.length < capacity - behind; i++) add(at + step * i);
  for (let i = 1; i < blocks && found.length < capacity; i++) add(at - step * i);
  return found;
}

export type ReadFrames = (first: number, count: number, signal: AbortSignal) => Promise<Uint16Array[]>;

/** Reads and keeps the frames of one run. */
export class FrameCache {
  readonly block: number;
  private readonly capacity: number;
  private readonly kept = new Map<number, Uint16Array[]>();
  /** Frames that were read alone: the first to be shown, and the mask's. */
  private readonly lone = new Map<number, Uint16Array>();
  private readonly reading = new Set<number>();
  private readonly stop = new AbortController();
  private order: number[] = [];
  /** Called with the number of the first frame and all frames that came. */
  onFrames: (first: number, frames: Uint16Array[]) => void = () => {};
  onFault: (error: unknown) => void = () => {};

  private total: number;
  private readonly read: ReadFrames;

  constructor(frameBytes: number, total: number, read: ReadFrames, limitBytes = LIMIT_BYTES) {
    this.total = total;
    this.read = read;
    this.block = Math.max(1, Math.min(16, Math.floor(BLOCK_BYTES / frameBytes)));
    this.capacity = Math.max(2, Math.floor(limitBytes / (this.block * frameBytes)));
  }

  /** The frame of this number (from 1), if it is here. */
  get(frame: number): Uint16Array | undefined {
    return this.kept.get(this.blockOf(frame))?.[(frame - 1) % this.block] ?? this.lone.get(frame);
  }

  /** More frames were made meanwhile. */
  grow(total: number): void {
    if (total === this.total) return;
    this.kept.delete(this.blockOf(this.total));
    this.total = total;
    this.fill();
  }

  /** Keep the surroundings of a frame; its own block comes first. */
  around(frame: number, step: 1 | -1, ring: boolean): void {
    this.order = wanted(this.blockOf(frame), Math.ceil(this.total / this.block), this.capacity, step, ring);
    this.fill();
  }

  /** Frames that are not in a row, one at a time: the mask's, or what the peak still lacks. */
  async one(frame: number): Promise<Uint16Array | undefined> {
    const here = this.get(frame);
    if (here) return here;
    const [read] = await this.read(frame, 1, this.stop.signal);
    if (!read || this.stop.signal.aborted) return undefined;
    this.lone.set(frame, read);
    for (const old of this.lone.keys()) if (this.lone.size > LONE) this.lone.delete(old);
    this.onFrames(frame, [read]);
    return read;
  }

  dispose(): void {
    this.stop.abort();
    this.kept.clear();
    this.lone.clear();
    this.order = [];
  }

  private blockOf(frame: number): number {
    return Math.floor((frame - 1) / this.block);
  }

  private fill(): void {
    for (const block of this.order) {
      if (this.reading.size >= AT_ONCE) return;
      if (!this.kept.has(block) && !this.reading.has(block)) void this.take(block);
    }
  }

  private async take(block: number): Promise<void> {
    this.reading.add(block);
    const first = block * this.block + 1;
    try {
      const frames = await this.read(first, Math.min(this.block, this.total - first + 1), this.stop.signal);
      if (this.stop.signal.aborted) return;
      if (!this.order.includes(block) && this.kept.size >= this.capacity) return;
      this.makeRoom();
      this.kept.set(block, frames);
      this.onFrames(first, frames);
    } catch (error) {
      if (!this.stop.signal.aborted) this.onFault(error);
      this.order = [];
    } finally {
      this.reading.delete(block);
    }
    this.fill();
  }

  private makeRoom(): void {
    const unwanted = [...this.kept.keys()].filter((block) => !this.order.includes(block));
    while (this.kept.size >= this.capacity && unwanted.length) this.kept.delete(unwanted.pop() as number);
    for (let i = this.order.length - 1; this.kept.size >= this.capacity && i >= 0; i--) this.kept.delete(this.order[i] as number);
  }
}

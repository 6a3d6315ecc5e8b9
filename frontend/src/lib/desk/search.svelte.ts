import { api, ApiError } from '../api';
import { asFault } from '../way/loaded.svelte';

export interface Hit {
  kind: string;
  id: string;
  title: string;
  snippet: { text: string; hit: boolean }[];
  go: string;
}
export interface HitGroup {
  kind: string;
  hits: Hit[];
}

const PAUSE_MS = 160;

/** One search over everything, while somebody types. The last words win. */
export class Search {
  hits = $state.raw<Hit[]>([]);
  /** The words that `hits` belong to. */
  words = $state('');
  busy = $state(false);
  fault = $state.raw<ApiError | null>(null);
  readonly groups = $derived(grouped(this.hits));
  private timer = 0;
  private call = 0;

  constructor(private readonly limit: number) {}

  /** Ask after a pause in typing. */
  soon(words: string): void {
    clearTimeout(this.timer);
    this.busy = words.trim() !== '';
    this.timer = window.setTimeout(() => void this.now(words), PAUSE_MS);
  }

  async now(words: string): Promise<void> {
    clearTimeout(this.timer);
    const wanted = words.trim();
    const call = ++this.call;
    if (!wanted) {
      [this.hits, this.words, this.busy, this.fault] = [[], '', false, null];
      return;
    }
    this.busy = true;
    try {
      const found = await api<{ results: Hit[] }>('GET', `search?q=${encodeURIComponent(wanted)}&limit=${this.limit}`);
      if (call !== this.call) return;
      [this.hits, this.words, this.fault] = [found.results, wanted, null];
    } catch (error) {
      if (call === this.call) this.fault = asFault(error);
    } finally {
      if (call === this.call) this.busy = false;
    }
  }
}

/** Hits of one kind together, kinds in the order of their best hit. */
export function grouped(hits: readonly Hit[]): HitGroup[] {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) groups.set(hit.kind, [...(groups.get(hit.kind) ?? []), hit]);
  return [...groups].map(([kind, found]) => ({ kind, hits: found }));
}

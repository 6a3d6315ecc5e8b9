import { ApiError } from '../api';
import { asFault } from '../way/loaded.svelte';
import { addEvidence, type Evidence, type Said } from './data';

/** Entries that could not be sent: they wait in this browser and are sent when the server answers again. */
export interface Waiting {
  id: string;
  at: string;
  said: Said;
  confirmed: boolean;
  /** Why the server refused it, when it did; it then waits for its person. */
  refused?: string;
}

const KEPT = 'angiosuite.evidence.waiting';
const AGAIN_MS = 20_000;

class Queue {
  waiting = $state.raw<Waiting[]>(read());
  busy = $state(false);
  /** Told when one of them arrived. */
  onsent: () => void = () => {};
  private timer = 0;

  constructor() {
    window.addEventListener('online', () => void this.flush());
    window.addEventListener('storage', (event) => {
      if (event.key === KEPT) this.waiting = read();
    });
  }

  /** Send a new piece; null when it waits instead. */
  async add(said: Said, confirmed: boolean): Promise<Evidence | null> {
    try {
      const made = await addEvidence(said, confirmed);
      void this.flush();
      return made;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 0) throw error;
      this.keep([...this.waiting, { id: crypto.randomUUID(), at: new Date().toISOString(), said, confirmed }]);
      this.later();
      return null;
    }
  }

  /** Send what waits, oldest first; stop where the server does not answer. */
  async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    let sent = false;
    try {
      for (const one of this.waiting.filter((each) => !each.refused)) {
        try {
          await addEvidence(one.said, one.confirmed);
          this.drop(one.id);
          sent = true;
        } catch (error) {
          const fault = asFault(error);
          if (fault.status === 0 || fault.status >= 500 || fault.status === 401) break;
          this.keep(this.waiting.map((each) => (each.id === one.id ? { ...each, refused: fault.message } : each)));
        }
      }
    } finally {
      this.busy = false;
    }
    if (sent) this.onsent();
    if (this.waiting.some((each) => !each.refused)) this.later();
  }

  drop(id: string): void {
    this.keep(this.waiting.filter((each) => each.id !== id));
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), AGAIN_MS);
  }

  private keep(waiting: Waiting[]): void {
    this.waiting = waiting;
    localStorage.setItem(KEPT, JSON.stringify(waiting));
  }
}

function read(): Waiting[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? (kept as Waiting[]) : [];
  } catch {
    return [];
  }
}

export const queue = new Queue();

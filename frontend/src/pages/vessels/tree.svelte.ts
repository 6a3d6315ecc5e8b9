import { api, ApiError } from '../../lib/api';
import type { Fault } from '../room/data.svelte';
import type { Point, Vessel } from './project';

export interface Correction {
  kind: 'accept' | 'cut' | 'join' | 'rename' | 'seed';
  at_mm: Point;
  to_mm?: Point | null;
  name?: string | null;
}

export interface OwnVessels {
  patient: string;
  title: string;
  state: 'not-enhanced' | 'not-yet' | 'working' | 'failed' | 'ready';
  fraction: number;
  error: Fault | null;
  notices: string[];
  vessels: Vessel[];
  known: { id: string; name: string }[];
  corrections: Correction[];
  grid: { shape: [number, number, number]; origin_mm: Point; spacing_mm: number; level_hu: number } | null;
}

export interface Slice {
  hu: Int16Array;
  blood: Uint8Array;
}

const POLL_MS = 500;
const KEPT_SLICES = 60;

/** The vessels of one imported patient: followed while they are found, then corrected; every correction is kept at once. */
export class VesselTree {
  now = $state.raw<OwnVessels | null>(null);
  fault = $state.raw<ApiError | null>(null);
  busy = $state(false);
  private slices = new Map<number, Promise<Slice>>();
  private timer = 0;
  private closed = false;

  constructor(readonly patient: string) {
    void this.poll();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private get place(): string {
    return `patients/${encodeURIComponent(this.patient)}/own-vessels`;
  }

  async poll(): Promise<void> {
    clearTimeout(this.timer);
    await this.ask('GET', '');
    if (!this.closed && (this.now?.state === 'working' || this.fault?.code === 'offline')) {
      this.timer = window.setTimeout(() => void this.poll(), POLL_MS);
    }
  }

  async extract(): Promise<void> {
    await this.ask('POST', '/extract');
    await this.poll();
  }

  add(correction: Correction): Promise<void> {
    return this.keep([...(this.now?.corrections ?? []), correction]);
  }

  undo(): Promise<void> {
    return this.keep((this.now?.corrections ?? []).slice(0, -1));
  }

  slice(index: number): Promise<Slice> {
    const kept = this.slices.get(index);
    if (kept) return kept;
    const coming = this.read(index);
    coming.catch(() => this.slices.delete(index));
    this.slices.set(index, coming);
    if (this.slices.size > KEPT_SLICES) this.slices.delete(this.slices.keys().next().value!);
    return coming;
  }

  private async read(index: number): Promise<Slice> {
    const answer = await fetch(`/api/${this.place}/slices/${index}`);
    if (!answer.ok) throw new ApiError(answer.status, 'slice', 'The slice cannot be read. Load the page again.');
    const bytes = await answer.arrayBuffer();
    const count = bytes.byteLength / 3;
    return { hu: new Int16Array(bytes, 0, count), blood: new Uint8Array(bytes, 2 * count, count) };
  }

  private async keep(corrections: Correction[]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.ask('PUT', '/corrections', { corrections });
    } finally {
      this.busy = false;
    }
  }

  private async ask(method: string, path: string, body?: unknown): Promise<void> {
    try {
      this.now = await api<OwnVessels>(method, `${this.place}${path}`, body);
      this.fault = null;
    } catch (error) {
      this.fault = error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
    }
  }
}

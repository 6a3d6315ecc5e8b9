import { api, ApiError } from '../../lib/api';
import type { Fault, Patient } from '../room/data.svelte';
import type { Turn } from './turn';
import { Volume } from './volume';

export interface Series {
  key: string;
  kind: string;
  slices: number;
  matrix: number[] | null;
  spacing: number[] | null;
  words: string[];
  usable: boolean;
  why_not: string | null;
  notices: string[];
}

export interface Findings {
  phase: string;
  phase_why: string;
  opacified_ml: number;
  table_removed: boolean;
  is_head: boolean;
}

export interface Scan {
  source: string;
  slices: number;
  matrix: number[];
  ct_spacing_zyx_mm: number[];
  kvp: number | null;
  kernel: string | null;
  contrast_given: boolean | null;
  series_found: number | null;
}

export interface ImportedPatient extends Patient {
  checked: boolean;
  findings: Findings | null;
  scan: Scan | null;
}

export interface ImportState {
  id: string;
  state: 'working' | 'to-check' | 'accepted' | 'discarded' | 'refused' | 'stopped';
  fraction: number;
  detail: string;
  seconds: number;
  remaining_s: number | null;
  error: Fault | null;
  can_rebuild: boolean;
  series: Series[];
  chosen: string | null;
  why: string | null;
  turned: { axes: number[]; flips: boolean[] };
  patient: ImportedPatient | null;
  preview: { shape: [number, number, number]; spacing_mm: number; vessels: boolean; picture: boolean } | null;
}

const POLL_MS = 400;

/** One import: followed while it works, then what was found, and what a person decides. */
export class Incoming {
  now = $state.raw<ImportState | null>(null);
  volume = $state.raw<Volume | null>(null);
  fault = $state.raw<ApiError | null>(null);
  private shown = '';
  private timer = 0;
  private closed = false;

  constructor(readonly id: string) {
    void this.poll();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  async poll(): Promise<void> {
    clearTimeout(this.timer);
    try {
      await this.take(await api<ImportState>('GET', `imports/${encodeURIComponent(this.id)}`));
      if (this.fault?.code === 'offline') this.fault = null;
    } catch (error) {
      this.fail(error);
    }
    if (!this.closed && (this.now?.state === 'working' || this.fault?.code === 'offline')) {
      this.timer = window.setTimeout(() => void this.poll(), POLL_MS);
    }
  }

  accept = (): Promise<void> => this.decide('POST', '/accept');
  discard = (): Promise<void> => this.decide('DELETE', '');
  turn = (turn: Turn): Promise<void> => this.decide('POST', '/turn', { axes: turn.axes, flips: turn.flips });
  useSeries = (key: string): Promise<void> => this.decide('POST', '/series', { key });

  async bringBack(patient: string): Promise<void> {
    try {
      await api('POST', `patients/${encodeURIComponent(patient)}/restore`);
    } catch (error) {
      this.fail(error);
    }
    await this.poll();
  }

  private async decide(method: string, path: string, body?: unknown): Promise<void> {
    this.fault = null;
    try {
      await this.take(await api<ImportState>(method, `imports/${encodeURIComponent(this.id)}${path}`, body));
    } catch (error) {
      this.fail(error);
    }
    await this.poll();
  }

  private async take(state: ImportState): Promise<void> {
    this.now = state;
    if (!state.preview || !state.patient || state.state === 'working' || this.shown === state.patient.id) return;
    const place = `/api/imports/${encodeURIComponent(this.id)}`;
    const [hu, vessels] = await Promise.all([bytes(`${place}/volume`), state.preview.vessels ? bytes(`${place}/vessels`) : null]);
    this.shown = state.patient.id;
    this.volume = new Volume(new Int16Array(hu), state.preview.shape, state.preview.spacing_mm, vessels && new Uint8Array(vessels));
  }

  private fail(error: unknown): void {
    this.fault = error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
  }
}

async function bytes(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new ApiError(answer.status, 'preview', 'The pictures of this import cannot be read. Import the CT again.');
  return answer.arrayBuffer();
}

/** `about 20 s left`; nothing while it is too early to say. */
export function leftWords(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 3) return 'a moment left';
  if (seconds < 55) return `about ${seconds < 10 ? Math.round(seconds) : Math.round(seconds / 5) * 5} s left`;
  return `about ${Math.round(seconds / 60) || 1} min left`;
}

/** What the server does just now. */
export const STEPS: Record<string, string> = {
  look: 'Looking at the files',
  read: 'Reading the slices',
  check: 'Checking that these are CT numbers',
  'finding the body': 'Finding the body, its vessels and its contrast phase',
  'water and bone': 'Separating water and bone',
  finishing: 'Finishing the body',
  store: 'Storing the patient',
  'first picture': 'Taking the first projection',
};

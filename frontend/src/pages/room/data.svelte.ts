import { api, ApiError } from '../../lib/api';
import type { ImportState } from '../import/incoming.svelte';

export interface StartStep {
  name: string;
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  seconds: number;
  fraction: number;
  detail?: string;
  error?: Fault | null;
}

export interface Fault {
  code: string;
  message: string;
  where?: string | null;
  value?: unknown;
  way_out?: string | null;
}

export interface Start {
  version?: string;
  ready: boolean;
  steps: StartStep[];
}

export interface Patient {
  id: string;
  title: string;
  kind: 'builtin' | 'imported';
  is_ready?: boolean;
  quality?: string;
  spacing_mm?: number | null;
  sex?: string | null;
  age_years?: number | null;
  age_band?: string | null;
  height_cm?: number | null;
  mass_kg?: number | null;
  bmi?: number | null;
  habitus?: string | null;
  phase?: string | null;
  notices?: string[];
  disk_bytes?: number;
  summary?: string;
  /** Whether a person accepted what was found in the CT. */
  checked?: boolean;
}

export interface SessionInfo {
  id: string;
  patient_id?: string;
  patient_title?: string;
  created?: string;
  changed?: string | null;
  frames?: number;
  bytes?: number;
  running?: boolean;
  watchers?: number;
  error?: Fault | null;
}

export interface Disk {
  home: string;
  bytes: Record<string, number>;
  free: number;
}

interface Trashed {
  id: string;
  removed_s: number;
}

const POLL_MS = 700;

/** What the start page shows, kept fresh while the page is open. */
export class Desk {
  start = $state.raw<Start | null>(null);
  patients = $state.raw<Patient[] | null>(null);
  sessions = $state.raw<SessionInfo[] | null>(null);
  /** Imports that wait for somebody: at work, to be looked at, or refused. */
  imports = $state.raw<ImportState[]>([]);
  trashedPatients = $state.raw<Trashed[]>([]);
  trashedSessions = $state.raw<Trashed[]>([]);
  disk = $state.raw<Disk | null>(null);
  fault = $state.raw<ApiError | null>(null);
  private timer = 0;
  private importTimer = 0;
  private closed = false;

  constructor() {
    void this.poll();
    void this.refresh();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.importTimer);
  }

  async poll(): Promise<void> {
    try {
      const before = this.start;
      this.start = await api<Start>('GET', 'start');
      const away = this.fault?.code === 'offline';
      if (this.fault) this.fault = null;
      if (away || (this.start.ready && !before?.ready)) void this.refresh();
    } catch (error) {
      this.fault = asFault(error);
    }
    if (this.closed) return;
    const busy = !this.start?.steps.every((step) => step.state === 'done' || step.state === 'failed');
    this.timer = window.setTimeout(() => void this.poll(), busy || this.fault ? POLL_MS : 10 * POLL_MS);
  }

  async startAgain(): Promise<void> {
    await api('POST', 'start').catch(() => undefined);
    clearTimeout(this.timer);
    await this.poll();
  }

  async refresh(): Promise<void> {
    await Promise.all([this.readPatients(), this.readSessions(), this.readDisk(), this.readImports()]);
  }

  async readPatients(): Promise<void> {
    try {
      const answer = await api<{ patients: Patient[]; trashed?: Trashed[] } | Patient[]>('GET', 'patients');
      this.patients = Array.isArray(answer) ? answer : answer.patients;
      this.trashedPatients = Array.isArray(answer) ? [] : (answer.trashed ?? []);
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  async readImports(): Promise<void> {
    clearTimeout(this.importTimer);
    const all = await api<ImportState[]>('GET', 'imports').catch(() => []);
    const before = this.imports.some((one) => one.state === 'working');
    this.imports = all.filter((one) => one.state === 'working' || one.state === 'to-check' || one.state === 'refused');
    const working = this.imports.some((one) => one.state === 'working');
    if (before && !working) void this.readPatients();
    if (working && !this.closed) this.importTimer = window.setTimeout(() => void this.readImports(), POLL_MS);
  }

  async readSessions(): Promise<void> {
    try {
      const answer = await api<{ sessions: SessionInfo[]; trashed?: Trashed[] }>('GET', 'sessions');
      this.sessions = answer.sessions;
      this.trashedSessions = answer.trashed ?? [];
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  async readDisk(): Promise<void> {
    this.disk = await api<Disk>('GET', 'disk').catch(() => null);
  }
}

export function asFault(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
}

export function bytesWords(bytes: number | undefined): string {
  if (!bytes) return '0 MB';
  const mb = bytes / 1e6;
  return mb >= 1000 ? `${(mb / 1000).toFixed(1)} GB` : `${mb < 10 ? mb.toFixed(1) : mb.toFixed(0)} MB`;
}

/** `24 Nov, 14:05`. */
export function whenWords(iso: string | null | undefined): string {
  if (!iso) return '–';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '–';
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}

/** What the server tells of runs, and how it is asked. */
import { api, failure } from '../api';
import type { Pose } from '../stream/types';

export interface RunInfo {
  number: number;
  kind: 'cine' | 'dsa' | 'series';
  programme: string;
  title: string;
  t_us: number;
  frames: number;
  seconds: number;
  rate_hz: number;
  matrix: number;
  fov_cm: number;
  pose: Pose | null;
  pixel_mm_iso: number;
  first_index: number | null;
  thumb_index: number | null;
  /** Numbers of the frames whose mean is the mask. */
  mask: number[];
  /** Shift of the mask, pixels to the right and down. */
  shift_px: [number, number];
  landmark: number;
  phantom: string | null;
  injection_s: number | null;
  kar_mgy: number;
  pka_gycm2: number;
  removed: boolean;
}

export interface RunFrame {
  k: number;
  index: number;
  t_s: number;
  rate_hz: number;
  kv: number;
  ma: number;
  ms: number;
  cu_mm: number;
  kar_mgy: number;
  settling: boolean;
}

export interface RunDetail extends RunInfo {
  rows: number;
  columns: number;
  /** Open half-widths of the field, 0 to 1. */
  blades: { left: number; right: number; top: number; bottom: number };
  frames_info: RunFrame[];
}

const place = (session: string): string => `sessions/${encodeURIComponent(session)}/runs`;

export function readRuns(session: string): Promise<RunInfo[]> {
  return api<RunInfo[]>('GET', place(session));
}

export function readRun(session: string, number: number): Promise<RunDetail> {
  return api<RunDetail>('GET', `${place(session)}/${number}`);
}

/** Stored values of some frames of a run, one array a frame; fewer come while the run is still being made. */
export async function readFrames(session: string, run: RunDetail, first: number, count: number, signal?: AbortSignal): Promise<Uint16Array[]> {
  const answer = await fetch(`/api/${place(session)}/${run.number}/frames?first=${first}&count=${count}`, { signal });
  if (!answer.ok) throw await failure(answer);
  const bytes = await answer.arrayBuffer();
  const pixels = run.rows * run.columns;
  return Array.from({ length: Math.floor(bytes.byteLength / 2 / pixels) }, (_, i) => new Uint16Array(bytes, 2 * i * pixels, pixels));
}

export function frameAddress(session: string, index: number): string {
  return `/api/sessions/${encodeURIComponent(session)}/frames/${index}.jpg`;
}

const KINDS = { cine: 'Cine', dsa: 'DSA', series: 'Single shots' };

export function kindWords(run: { kind: RunInfo['kind'] }): string {
  return KINDS[run.kind] ?? run.kind;
}

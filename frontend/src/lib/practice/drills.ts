/** The drills as the server tells them: the tree, one drill, a new attempt, files that come from elsewhere. */
import { api, failure } from '../api';
import type { CaseOf, ProcedureLine } from './procedures';

export const STATES = ['locked', 'open', 'passed', 'mastered', 'relapsed', 'due'] as const;
export type DrillState = (typeof STATES)[number];

export interface DrillLine {
  id: string;
  title: string;
  summary: string;
  order: number;
  minutes: number;
  after: string[];
  quality: string;
  state: DrillState;
  attempts: number;
  last: { id: string; on: string; passed: boolean; score: number | null } | null;
  due: string | null;
  passes_in_a_row: number;
  why_locked: string;
}

export interface FiveMinutes {
  drill: string;
  title: string;
  reason: string;
  minutes: number;
  go: string;
}

export interface LastFault {
  attempt: string;
  drill: string;
  title: string;
  on?: string;
  t_us: number;
  text: string;
  go: string;
}

export interface Practice {
  drills: DrillLine[];
  procedures: ProcedureLine[];
  five_minutes: FiveMinutes | null;
  last_fault: LastFault | null;
  going: { id: string; drill: string; title: string; on: string }[];
  faults: string[];
}

/** A condition on a measure, with what it gives. */
export interface Condition {
  id: string;
  text: string;
  measure: string;
  of?: string | null;
  at_most?: number | null;
  at_least?: number | null;
  is?: unknown;
  points?: number | null;
  required?: boolean;
  full_at?: number | null;
  none_at?: number | null;
  why?: string | null;
  source?: string | null;
}

export interface DrillSource {
  key: string;
  citation: string;
  url?: string | null;
  read_on?: string | null;
  supports?: string | null;
  basis?: string | null;
}

export interface AttemptLine {
  id: string;
  drill: string;
  title: string;
  on: string;
  patient: { id: string; title: string };
  mode: 'practice' | 'assessed';
  state: 'going' | 'finished' | 'judged';
  passed: boolean | null;
  score: number | null;
  help: number | null;
  input_device: string | null;
  branched_from: { attempt: string; t_us: number } | null;
  operator: string;
  challenge: string;
}

export interface CusumPoint {
  on: string;
  value: number;
  passed?: boolean;
}

export interface Cusum {
  points: CusumPoint[];
  upper: number;
  lower: number;
  state: string;
  p0: number;
  p1: number;
}

export interface Mastery {
  state: string;
  passes_in_a_row: number;
  patients?: string[];
  due?: string | null;
  is_due?: boolean;
  cusum?: Cusum | null;
}

export interface DrillPatient {
  id: string;
  title: string;
  ready: boolean;
  attempts: number;
  passed: boolean;
}

export interface Drill {
  id: string;
  /** Set where it is one person at one level of a procedure. */
  case?: CaseOf;
  title: string;
  summary: string;
  quality: string;
  minutes: number;
  after: { id: string; title: string }[];
  goals: Condition[];
  critical: Condition[];
  limits: Condition[];
  stewardship: Condition[];
  pass: { score: number };
  hints: number;
  reviewer: { name: string; on: string } | null;
  sources: DrillSource[];
  questions: { id: string; text: string }[];
  sections: { title: string; html: string }[];
  patients: DrillPatient[];
  attempts: AttemptLine[];
  standing: DrillLine;
  mastery: Mastery;
  /** A programme's own, by measure. */
  bands: Record<string, OwnBand>;
  guide: { id: string; title: string }[];
  /** Changes whenever the drill's files do. */
  stamp: string;
  /** It is being written: the page follows its edits. */
  preview?: boolean;
}

/** The 10th, 50th and 90th percentile of a measure over a programme's own runs. */
export interface OwnBand {
  low: number;
  median: number;
  high: number;
  n: number;
  source: string;
}
export const LEAST_RUNS = 10;

/** What the dictionary says of a measure. */
export interface MeasureFacts {
  id: string;
  title: string;
  unit: string;
}

export interface Begun {
  id: string;
  notices?: string[];
}

export function readPractice(): Promise<Practice> {
  return api('GET', 'practice');
}

export function readDrill(id: string): Promise<Drill> {
  return api('GET', `practice/drills/${encodeURIComponent(id)}`);
}

export function readMeasures(): Promise<MeasureFacts[]> {
  return api('GET', 'practice/measures');
}

/** Set a programme's own bands of one drill; none takes them away. */
export function putBands(drill: string, bands: Record<string, OwnBand>): Promise<Record<string, Record<string, OwnBand>>> {
  return api('PUT', 'practice/bands', { drill, bands });
}

export function beginAttempt(wanted: { drill: string; patient: string | null; mode: 'practice' | 'assessed' }): Promise<Begun> {
  return api('POST', 'practice/attempts', wanted);
}

/** Open a run's file, or take up a challenge's: each says which it is by its first byte (a zip begins with P). */
export async function openFile(file: Blob): Promise<{ kind: 'run' | 'challenge'; id: string }> {
  const kind = (await file.slice(0, 1).text()) === 'P' ? 'run' : 'challenge';
  const answer = await fetch(`/api/practice/${kind === 'run' ? 'shared' : 'challenges'}`, { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream' } });
  if (!answer.ok) throw await failure(answer);
  return { kind, id: ((await answer.json()) as { id: string }).id };
}

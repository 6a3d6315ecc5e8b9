/** The debrief of an attempt, or of a run that came as a file, as the server tells it. */
import { api } from '../api';
import type { AttemptLine, Mastery } from './drills';

export type FaultKind = 'critical' | 'goal' | 'limit' | 'stewardship';

export interface ScoreFault {
  id: string;
  kind: FaultKind;
  t_us: number | null;
  frame: number | null;
  text: string;
  why: string;
  points_lost: number;
  source?: string | null;
  measure?: string | null;
  version?: number | string | null;
}

export interface GoalResult {
  id: string;
  text: string;
  state: 'met' | 'missed' | 'not-judged';
  measure: string;
  version: number | string;
  value: number | null;
  unit: string;
  wanted: string;
  points: number;
  of: number;
  t_us: number | null;
  frame: number | null;
  why: string;
  source?: string | null;
}

export interface MeasureResult {
  id: string;
  version: number | string;
  title: string;
  unit: string;
  value: number | null;
  of?: string | null;
  better: string;
  scored: boolean;
}

export interface Judgement {
  passed: boolean;
  score: number;
  of: number;
  gate: { passed: boolean; errors: ScoreFault[] };
  parts: { id: string; title: string; points: number; of: number }[];
  goals: GoalResult[];
  faults: ScoreFault[];
  measures: MeasureResult[];
  help: { level: number; counts_for_pass: boolean; counts_for_mastery: boolean };
  duration_s: number;
  input_device: string | null;
  drill: { id: string; hash: string };
}

export interface SelfAssessment {
  answers: Record<string, number>;
  text: string;
  skipped: boolean;
  on?: string;
}

export type XrayKind = 'fluoro' | 'run' | 'shot';

export interface Course {
  end_us: number;
  xray: [number, number, XrayKind][];
  kerma: [number, number][];
  staff: [number, number][];
  events: { t_us: number; name: string; text: string }[];
  hints: number[];
  answers: { t_us: number; question: string | null; answer: string | null }[];
}

export interface DoseLevel {
  id: string;
  title: string;
  value: number;
  unit: string;
  reached: boolean;
  at_us?: number | null;
}

export interface SkinMap {
  rows: number;
  columns: number;
  max_mgy: number;
  view: string;
  data: string;
}

/** The dose to the skin as the session's state part `skin` has it. */
export interface Skin {
  peak_mgy: number;
  peak_at?: number[] | null;
  peak_beam?: { rotation_deg?: number; angulation_deg?: number; field_mm?: number | number[]; share?: number } | null;
  map?: SkinMap | null;
  levels?: DoseLevel[];
}

export interface PersonDose {
  eye_usv: number;
  chest_usv: number;
  hand_usv: number;
}
export const PEOPLE = ['operator', 'assistant', 'nurse'] as const;
export type Person = (typeof PEOPLE)[number];

export interface DoseSummary {
  kar_mgy: number;
  pka_gycm2: number;
  fluoro_s: number;
  runs: number;
  from_runs_percent: number;
  skin: Skin | null;
  levels?: DoseLevel[] | null;
  staff: Partial<Record<Person, PersonDose>> | null;
}

export interface BandLine {
  measure: string;
  title: string;
  unit: string;
  better: string;
  you: number | null;
  low: number;
  median: number;
  high: number;
  n: number;
  source?: string;
}

export interface ReferenceState {
  state: 'none' | 'making' | 'ready' | 'failed';
  attempt: string | null;
  fraction: number;
  error: string | { message: string } | null;
}

export interface NextStep {
  kind: 'drill' | 'again' | 'guide' | 'moment';
  id: string;
  title: string;
  reason: string;
  minutes: number;
  go: string;
}

export interface Note {
  id: number;
  t_us: number;
  text: string;
  by: string;
  on: string;
}

export interface Dispute {
  fault: string;
  text: string;
  on: string;
}

export interface Debrief {
  attempt: AttemptLine & { seed?: number };
  drill: { id: string; title: string; summary: string; quality: string; minutes: number; guide: { id: string; title: string }[] };
  self: SelfAssessment | null;
  score: Judgement | null;
  goals: { id: string; text: string }[];
  timeline: Course;
  dose: DoseSummary;
  reference: ReferenceState & { band: BandLine[]; operator: string };
  next: NextStep[];
  mastery: Mastery | null;
  notes: Note[];
  takeaways: string[];
  disputes: Dispute[];
  notices: string[];
  /** Id of a run that came as a file. */
  shared?: string;
}

export type PictureMode = 'fluoro' | 'held' | 'shot' | 'run';
/** Simulated time, index and mode of a picture that was shown. */
export type FrameAt = [number, number, PictureMode];

/** What the monitors showed at a moment. Every part may be missing. */
export interface MomentNow {
  t_us: number;
  frame: number | null;
  mode: string | null;
  room: {
    pose?: import('../stream/types').Pose;
    blades?: import('../stream/types').Collimator;
    fov_cm?: number;
    technique?: import('../stream/types').Technique;
    exposure?: Partial<import('../stream/types').Exposure>;
    breath_mm?: number;
    heart?: number;
    dose?: Partial<import('../stream/types').Dose>;
  } | null;
  skin: Skin | null;
  staff: (Partial<Record<Person, PersonDose>> & { people?: unknown[]; shields?: unknown[]; isodose?: unknown }) | null;
  task: { answers?: Record<string, string>; hints?: unknown } | null;
  events: { t_us: number; name: string; text?: string }[];
  vitals: import('../stream/types').Vitals | null;
}

/** Where a run is kept: an attempt of one's own, or one that came as a file. */
export interface RunAt {
  kind: 'attempts' | 'shared';
  id: string;
}

function at(run: RunAt, what = ''): string {
  return `practice/${run.kind}/${encodeURIComponent(run.id)}${what ? `/${what}` : ''}`;
}

export function readDebrief(run: RunAt): Promise<Debrief> {
  return api('GET', at(run, 'debrief'));
}

export function readAttempts(): Promise<AttemptLine[]> {
  return api('GET', 'practice/attempts');
}

export function readMoment(run: RunAt, t_us: number): Promise<MomentNow> {
  return api('GET', at(run, `moment?t_us=${Math.max(0, Math.round(t_us))}`));
}

export function readFrames(run: RunAt): Promise<FrameAt[]> {
  return api('GET', at(run, 'frames'));
}

export function pictureAddress(run: RunAt, index: number): string {
  const folder = run.kind === 'attempts' ? `sessions/${encodeURIComponent(run.id)}` : at(run);
  return `/api/${folder}/frames/${index}.jpg`;
}

export function keepSelf(attempt: string, wanted: { answers: Record<string, number>; text: string } | { skipped: true }): Promise<SelfAssessment> {
  return api('PUT', at({ kind: 'attempts', id: attempt }, 'self'), wanted);
}

export function keepTakeaways(attempt: string, items: string[]): Promise<string[]> {
  return api('PUT', at({ kind: 'attempts', id: attempt }, 'takeaways'), { items });
}

export function addNote(run: RunAt, note: { t_us: number; text: string; by: string }): Promise<Note> {
  return api('POST', at(run, 'notes'), { ...note, t_us: Math.round(note.t_us) });
}

export function removeNote(run: RunAt, id: number): Promise<Note[]> {
  return api('DELETE', at(run, `notes/${id}`));
}

export function dispute(attempt: string, fault: string, text: string): Promise<Dispute> {
  return api('POST', at({ kind: 'attempts', id: attempt }, 'dispute'), { fault, text });
}

export function branchFrom(attempt: string, t_us: number): Promise<{ id: string }> {
  return api('POST', at({ kind: 'attempts', id: attempt }, 'branch'), { t_us: Math.round(t_us) });
}

export function makeReference(attempt: string): Promise<ReferenceState> {
  return api('POST', at({ kind: 'attempts', id: attempt }, 'reference'));
}

export function readReference(attempt: string): Promise<ReferenceState> {
  return api('GET', at({ kind: 'attempts', id: attempt }, 'reference'));
}

export function closeShared(id: string): Promise<void> {
  return api('DELETE', at({ kind: 'shared', id }));
}

export const FILES = ['report.pdf', 'measures.json', 'measures.csv', 'share', 'challenge'] as const;

/** Address of what can be taken away: `report.pdf`, `measures.json`, `measures.csv`, `share`, `challenge`. */
export function fileAddress(run: RunAt, file: (typeof FILES)[number]): string {
  return `/api/${at(run, file)}`;
}

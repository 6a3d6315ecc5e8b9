/** The debrief of an attempt, or of a run that came as a file, as the server tells it. */
import { api } from '../api';
import type { Skin } from '../dose/data';
import type { StaffPart } from '../staff/data';
import type { Collimator, Pose, Technique, Vitals } from '../stream/types';
import type { AttemptLine, Mastery } from './drills';
import type { CaseOf } from './procedures';

/** What a measure read: a figure, a word, or whether. */
export type Value = number | string | boolean | null;
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
  value: Value;
  unit: string;
  wanted: string;
  points: number;
  of: number;
  t_us: number | null;
  frame: number | null;
  /** What was found, in words. */
  found?: string;
  why: string;
  source?: string | null;
}

export interface MeasureResult {
  id: string;
  version: number | string;
  title: string;
  unit: string;
  value: Value;
  of?: string | null;
  better: string;
  scored: boolean;
}

export interface Judgement {
  passed: boolean;
  score: number;
  of: number;
  gate: { passed: boolean; errors: ScoreFault[]; not_judged?: string[] };
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
  staff: Partial<Record<Person, PersonDose>> | null;
}

export interface BandLine {
  measure: string;
  title: string;
  unit: string;
  better: string;
  you: Value;
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
  kind: 'drill' | 'again' | 'case' | 'guide' | 'moment';
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
  drill: { id: string; title: string; summary: string; quality: string; minutes: number; go: string; case: CaseOf | null; guide: { id: string; title: string }[] };
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
  /** Of the last picture or pulse. */
  facts: { pose?: Pose; blades?: Collimator; fov_cm?: number; technique?: Technique } | null;
  /** `dose`: kerma mGy, kerma-area product µGy·m², fluoroscopy s. */
  room: { pose?: Pose; blades?: Collimator; breath_mm?: number; heart?: number[]; dose?: [number, number, number] } | null;
  skin: Skin | null;
  /** Who stood where, behind which shields; null where no staff was followed. */
  staff: StaffPart | null;
  task: { answers?: Record<string, string>; hints?: unknown } | null;
  events: { t_us: number; name: string; text?: string }[];
  vitals: Vitals | null;
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

/** The dose to the skin at the end, with its map; refused where the patient of a shared run is not here. */
export function readSkin(run: RunAt): Promise<Skin | null> {
  return api('GET', at(run, 'skin'));
}

/** An attempt as a statement: whether a store is set, whether a person turned sending on, what became of it. */
export interface Statement {
  on: boolean;
  store: boolean;
  sent: Sent | null;
}
export interface Sent {
  state: string;
  on?: string;
  error?: { message?: string };
}

export function readStatement(attempt: string): Promise<Statement> {
  return api('GET', at({ kind: 'attempts', id: attempt }, 'statement'));
}

export function sendStatement(attempt: string): Promise<Sent> {
  return api('POST', at({ kind: 'attempts', id: attempt }, 'statement'));
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
  return api('POST', at(run, 'notes'), { t_us: Math.round(note.t_us), text: note.text, by: note.by });
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

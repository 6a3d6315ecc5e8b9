/** Procedures as the server tells them: persons by levels, where one stands with each case, the page of one. */
import { api } from '../api';
import { kindsOf } from './cases';
import { readPractice, type AttemptLine, type Condition, type DrillSource } from './drills';

export type ProcedureState = 'locked' | 'open' | 'begun' | 'done' | 'due';
export type CaseState = 'open' | 'tried' | 'passed';

export interface Person {
  id: string;
  title: string;
  story: string;
  patient: { id: string; title: string; ready: boolean };
}

export interface Level {
  id: string;
  title: string;
  /** What it tells and what it takes away. */
  about: string;
  hints: number;
  /** Whether the names of vessels are shown where a tip is. */
  tree: boolean;
  pass: number;
  /** The bounds of stewardship are multiplied by it. */
  sparing: number;
  passed: number;
  of: number;
  done: boolean;
  mastery: string;
  due: string | null;
  is_due: boolean;
}

export interface CaseLine {
  id: string;
  variant: string;
  level: string;
  state: CaseState;
  attempts: number;
  passed: boolean;
  best: number | null;
  /** The attempt that was left. */
  going: string | null;
}

export interface ProcedureLine {
  id: string;
  title: string;
  summary: string;
  order: number;
  minutes: number;
  quality: string;
  state: ProcedureState;
  why_locked: string;
  /** The case to do now. */
  next: string;
  variants: Person[];
  levels: Level[];
  cases: CaseLine[];
}

export interface Published {
  fluoroscopy_min: number | null;
  air_kerma_mgy: number | null;
  kap_gy_cm2: number | null;
  source: string;
}

export interface Procedure extends ProcedureLine {
  after: { id: string; title: string }[];
  goals: Condition[];
  critical: Condition[];
  reviewer: { name: string; on: string } | null;
  sources: DrillSource[];
  sections: { title: string; html: string }[];
  attempts: AttemptLine[];
  guide: { id: string; title: string }[];
  published: Published | null;
  stamp: string;
  preview?: boolean;
}

/** Which case a drill is. */
export interface CaseOf {
  procedure: string;
  variant: string;
  level: string;
  title: string;
  variant_title: string;
  level_title: string;
  about: string;
  story: string;
}

export function readProcedure(id: string): Promise<Procedure> {
  return api('GET', `practice/procedures/${encodeURIComponent(id)}`);
}

let kinds = new Map<string, 'drill' | 'procedure'>();

/** Whether an id is a procedure's; asked of the server where it is not known yet. What is unknown is taken for a drill. */
export async function isProcedure(id: string): Promise<boolean> {
  if (!kinds.has(id)) kinds = kindsOf(await readPractice().catch(() => ({ drills: [], procedures: [] })));
  return kinds.get(id) === 'procedure';
}

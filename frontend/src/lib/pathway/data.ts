/** Pathways, enrolments and standings as the server tells them. */
import { api } from '../api';

export type StateName = 'met' | 'on-track' | 'at-risk' | 'overdue' | 'unknown';
export const STATES: readonly StateName[] = ['overdue', 'at-risk', 'unknown', 'on-track', 'met'];

export interface Account {
  says: string;
  holds: string;
  basis: string;
  source?: string | null;
}

export interface PathwaySource {
  key: string;
  citation: string;
  url?: string | null;
  read_on?: string | null;
  supports?: string;
}

export interface PathwayStage {
  id: string;
  title: string;
  months: number | null;
  months_max?: number | null;
  options?: string[];
  training?: boolean;
  basis: string;
  source?: string | null;
  note?: string;
}

export interface PathwaySummary {
  id: string;
  title: string;
  summary: string;
  country: string | null;
  region: string | null;
  version: string;
  status: 'current' | 'superseded' | 'draft';
  valid_from: string | null;
  valid_to: string | null;
  verified_on: string;
  stale?: boolean;
  quality?: string;
  popular_account?: Account[];
  months?: number | null;
}

export interface ExamModel {
  id: string;
  title: string;
  valid_from: string | null;
  valid_to: string | null;
  components: { id: string; title: string; format: string; items?: number | null; sessions?: number | null; minutes?: number | null }[];
  straddle?: string;
  basis: string;
  note?: string;
}

export interface PathwayRequirement {
  id: string;
  title: string;
  stage: string | null;
  variant: string | null;
  kind: string;
  basis: string;
  source: string | null;
  overridable: boolean;
  note: string;
  /** What it asks, in a few words. */
  figure: string;
  target?: number | null;
  target_months?: number | null;
  target_days?: number | null;
  every_months?: number | null;
  [key: string]: unknown;
}

export interface Pathway extends PathwaySummary {
  supersedes: string | null;
  verify_every_months: number;
  labels: Record<string, string>;
  variants: { id: string; title: string; stages: string[]; note?: string }[];
  stages: PathwayStage[];
  requirements: PathwayRequirement[];
  exams: { id: string; title: string; models: ExamModel[] }[];
  work_hours: string | null;
  popular_account: Account[];
  sources: PathwaySource[];
}

export interface Fte {
  since: string;
  fraction: number;
}

export interface Leave {
  since: string;
  until: string;
  kind: string;
  why: string;
}

export interface Enrolment {
  id: string;
  pathway: string;
  version: string;
  variant: string | null;
  from_stage: string | null;
  start: string;
  fte: Fte[];
  leave: Leave[];
  extension_months: number;
  ended: string | null;
  overrides: Record<string, Record<string, unknown>>;
}

export interface NotCounted {
  reason: string;
  words: string;
  ids: string[];
}

export interface Standing {
  requirement: string;
  title: string;
  kind: string;
  stage?: string | null;
  figure?: string;
  basis: string;
  source: PathwaySource | string | null;
  note?: string;
  overridable?: boolean;
  state: StateName;
  value: number | null;
  target: number | null;
  unit: string;
  due: string | null;
  used: string[];
  not_counted: NotCounted[];
  met_on: string | null;
  expected_on: string | null;
  per_month: number | null;
  progress: number;
  arithmetic: string;
  words?: string;
}

export interface StageBar {
  id: string;
  title: string;
  from: string | null;
  until: string | null;
  state: 'past' | 'now' | 'next';
  fraction: number;
}

export const LEAVE_KINDS = ['parental', 'medical', 'caregiver', 'vacation', 'research', 'military', 'other'] as const;

/** A number as it is said: whole, or one decimal. */
export function amount(value: number | null): string {
  if (value === null) return '–';
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

export function openOnes(standings: readonly Standing[]): Standing[] {
  return standings.filter((one) => one.state !== 'met');
}

/** The count to draw over time: the one with the largest target that has a figure. */
export function headline(standings: readonly Standing[]): Standing | null {
  const counts = standings.filter((one) => one.kind === 'count' && one.target !== null);
  return counts.reduce<Standing | null>((best, one) => (best === null || (one.target ?? 0) > (best.target ?? 0) ? one : best), null);
}

/** Requirements whose state, day or amount differs between two standings. */
export interface Change {
  requirement: string;
  title: string;
  before: Standing;
  after: Standing;
}

export function changes(before: readonly Standing[], after: readonly Standing[]): Change[] {
  const later = new Map(after.map((one) => [one.requirement, one]));
  return before.flatMap((one) => {
    const then = later.get(one.requirement);
    if (!then) return [];
    const same = one.state === then.state && one.due === then.due && one.expected_on === then.expected_on;
    return same ? [] : [{ requirement: one.requirement, title: one.title, before: one, after: then }];
  });
}

export function listEnrolments(): Promise<Enrolment[]> {
  return api<Enrolment[] | { enrolments: Enrolment[] }>('GET', 'enrolments').then((found) => (Array.isArray(found) ? found : found.enrolments));
}

export function listPathways(): Promise<PathwaySummary[]> {
  return api<PathwaySummary[] | { pathways: PathwaySummary[] }>('GET', 'pathways').then((found) => (Array.isArray(found) ? found : found.pathways));
}

export function readPathway(id: string): Promise<Pathway> {
  return api('GET', `pathways/${encodeURIComponent(id)}`);
}

export function changeEnrolment(id: string, change: Partial<Enrolment>): Promise<Enrolment> {
  return api('PATCH', `enrolments/${encodeURIComponent(id)}`, change);
}

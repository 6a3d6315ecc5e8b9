import { api } from '../../lib/api';
import { t } from '../../lib/i18n';
import { daysTo } from '../../lib/i18n/moments';
import type { FiveMinutes, LastFault } from '../../lib/practice/drills';
import type { Standing } from '../../lib/pathway/data';

export interface Task {
  id: string;
  kind?: string;
  title: string;
  reason: string;
  minutes: number;
  go: string;
}

export interface StageSegment {
  id: string;
  title: string;
  state: 'past' | 'now' | 'next';
  /** Share of it that lies behind, 0 to 1. */
  fraction: number;
}

export interface Where {
  enrolment: string;
  pathway: string;
  title: string;
  stages: StageSegment[];
  next_milestone: { title: string; due: string | null; words: string } | null;
  headline: Standing | null;
}

export interface DueItem {
  title: string;
  state: string;
  due: string | null;
  words?: string;
  go: string;
}

export interface RecentSession {
  id: string;
  title?: string;
  changed?: string | null;
  minutes?: number | null;
  frames?: number;
  runs?: number | null;
  running?: boolean;
  error?: { message: string } | null;
  /** Address of the last picture. */
  picture?: string | null;
}

export interface Skill {
  id: string;
  title: string;
  real?: number;
  observed?: number;
  simulated?: number;
  spread?: string;
  last?: string | null;
  enough: boolean;
  words?: string;
}

export interface Coming {
  title: string;
  month_words: string;
  go: string;
}

export interface HomePractice {
  five_minutes: FiveMinutes | null;
  last_fault: LastFault | null;
}

export interface Home {
  date: string;
  today: Task[];
  where: Where | null;
  due: DueItem[];
  sessions: RecentSession[];
  skills: Skill[];
  coming: Coming[];
  practice?: HomePractice | null;
}

export function readHome(): Promise<Home> {
  return api<Home>('GET', 'home');
}

/** Evidence about the matter that counts as soon as somebody hands it in or signs it. */
const WAITS = new Set(['draft', 'unsigned', 'needs-revision']);
export function waiting(standing: Standing): number {
  return standing.not_counted.filter((one) => WAITS.has(one.reason)).reduce((sum, one) => sum + one.ids.length, 0);
}

const NEAR_DAYS = 366;
/** Whether something due belongs on the page: late or in danger, or due within a year. */
export function isNear(one: DueItem, now: Date): boolean {
  return one.state === 'overdue' || one.state === 'at-risk' || (one.due !== null && daysTo(one.due, now) <= NEAR_DAYS);
}

export function partOfDay(now: Date): 'night' | 'morning' | 'afternoon' | 'evening' {
  const hour = now.getHours();
  if (hour < 5) return 'night';
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}

/** How long a session was, in whole minutes, or in seconds below one. */
export function lasted(minutes: number): string {
  return minutes < 1 ? t('home.seconds', { n: Math.max(1, Math.round(minutes * 60)) }) : t('home.minutes', { n: Math.round(minutes) });
}

/** A standing as the server tells it, and what would be. */
import { api } from '../api';
import type { Enrolment, PathwaySummary, Standing, StageBar } from './data';
import type { Timeline } from './timeline';

export interface StandingOf {
  enrolment: Enrolment;
  pathway: PathwaySummary;
  on: string;
  /** Version to which the enrolment could move. */
  newer: string | null;
  stages: StageBar[];
  requirements: Standing[];
  timeline: Timeline;
}

export function readStanding(enrolment: string, on: string): Promise<StandingOf> {
  return api('GET', `enrolments/${encodeURIComponent(enrolment)}/standing?on=${on}`);
}

export interface WhatIf {
  /** Factor of the present pace. */
  pace?: number;
  pause_months?: number;
  fte?: number;
}

export function askWhatIf(enrolment: string, wanted: WhatIf, on: string): Promise<StandingOf> {
  return api('POST', `enrolments/${encodeURIComponent(enrolment)}/what-if?on=${on}`, wanted);
}

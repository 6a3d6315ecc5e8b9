import { api } from '../api';

/** Stages that the first run asks for, in their order on the way. */
export const STAGES = ['school', 'medical-student', 'first-years', 'radiology-training', 'ir-training', 'certified', 'other'] as const;
export type Stage = (typeof STAGES)[number];

export interface Me {
  id: string;
  name?: string;
  first_run: boolean;
  country: string | null;
  stage: Stage | null;
  language: string;
  roles: string[];
  local?: boolean;
}

export function readMe(): Promise<Me> {
  return api<Me>('GET', 'me');
}

export function putMe(change: { country: string; stage: Stage; language: string }): Promise<Me> {
  return api<Me>('PUT', 'me', change);
}

/** The directory of the field as the server tells it. */
import { api } from '../api';

export interface Mine {
  follow: boolean;
  note: string;
  remind_on: string | null;
}

export interface FieldEntry {
  id: string;
  title: string;
  kind: string;
  organiser: string;
  countries: string[];
  usual_months: number[];
  month_words: string | null;
  cadence: string | null;
  link: string;
  verified_on: string;
  verify_every_months: number;
  basis: string;
  who_for: string[];
  text: string;
  html?: string;
  related: string[];
  sources: { citation: string; url?: string | null }[];
  stale: boolean;
  quality: string;
  mine: Mine | null;
}

export const NOTHING: Mine = { follow: false, note: '', remind_on: null };

export async function readField(): Promise<FieldEntry[]> {
  const found = await api<FieldEntry[] | { entries: FieldEntry[] }>('GET', 'field');
  return Array.isArray(found) ? found : found.entries;
}

export function keepMine(id: string, mine: Mine): Promise<unknown> {
  return api('PUT', `field/${encodeURIComponent(id)}/mine`, mine);
}

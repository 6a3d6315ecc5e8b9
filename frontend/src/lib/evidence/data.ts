/** Evidence as the server keeps it. */
import { api } from '../api';

export interface Evidence {
  id: string;
  kind: string;
  on: string;
  until: string | null;
  terms: string[];
  amount: number | null;
  unit: string | null;
  role: string | null;
  result: string | null;
  level: string | null;
  scheme: string | null;
  rater: string | null;
  rater_role: string | null;
  site: string | null;
  patient: string | null;
  status: Status;
  visibility: Visibility;
  note: string;
  source: string;
  data: Record<string, unknown>;
  recorded_at: string | null;
  revision: number;
  simulated: boolean;
  withdrawn: boolean;
}

export type Status = 'draft' | 'submitted' | 'needs-revision' | 'signed';
export const VISIBILITIES = ['private', 'teachers', 'everyone'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export interface Entry {
  revision: number;
  action: string;
  at: string;
  by: string;
  reason: string | null;
  said: Evidence;
}
export type Told = Evidence & { history: Entry[] };

export interface FormField {
  name: string;
  label: string;
  type: 'day' | 'terms' | 'choice' | 'number' | 'integer' | 'text' | 'long-text' | 'alias' | 'id' | 'yes-no' | 'ratings';
  required: boolean;
  in_data: boolean;
  choices: { value: string; label: string }[];
  unit: string | null;
  min: number | null;
  max: number | null;
  max_length: number | null;
}

export interface Form {
  kind: string;
  label: string;
  by_hand: boolean;
  future: boolean;
  /** What pathways ask of this kind. */
  terms: string[];
  schemes: string[];
  fields: FormField[];
}

/** What is sent: the fields of the piece that were filled in. */
export type Said = { kind: string; on: string; data: Record<string, unknown> } & Record<string, unknown>;

export interface EvidenceList {
  evidence: Evidence[];
  next: string | null;
  counts: Record<string, number>;
}

let known: Promise<Form[]> | null = null;
/** The form of every kind, fetched once a visit. */
export function forms(): Promise<Form[]> {
  known ??= api<{ kinds: Form[] }>('GET', 'evidence/kinds')
    .then((found) => found.kinds)
    .catch((fault: unknown) => {
      known = null;
      throw fault;
    });
  return known;
}

export function listEvidence(kinds: readonly string[], before: string | null, withdrawn = false): Promise<EvidenceList> {
  const query = new URLSearchParams(kinds.map((kind) => ['kind', kind]));
  if (before) query.set('before', before);
  if (withdrawn) query.set('withdrawn', 'true');
  return api('GET', `evidence?${query}`);
}

export function readEvidence(id: string): Promise<Told> {
  return api('GET', `evidence/${encodeURIComponent(id)}`);
}

export function addEvidence(said: Said, confirmed: boolean): Promise<Evidence> {
  return api('POST', 'evidence', { ...said, confirmed });
}

export function correctEvidence(id: string, evidence: Said, reason: string, confirmed: boolean): Promise<Evidence> {
  return api('POST', `evidence/${encodeURIComponent(id)}/correct`, { evidence, reason, confirmed });
}

export function withdrawEvidence(id: string, reason: string): Promise<Evidence> {
  return api('POST', `evidence/${encodeURIComponent(id)}/withdraw`, { reason });
}

export function showEvidence(id: string, visibility: Visibility): Promise<Evidence> {
  return api('POST', `evidence/${encodeURIComponent(id)}/visibility`, { visibility });
}

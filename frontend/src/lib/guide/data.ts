/** The guide as the server tells it: contents, pages, glossary, notes, reflections, reading positions. */
import { api } from '../api';

export interface Position {
  anchor: string;
  fraction: number;
  read: boolean;
  /** When it was kept. */
  at?: string;
}

export interface Entry {
  id: string;
  title: string;
  summary: string;
  order: number;
  quality: string;
  minutes: number;
  written_on: string;
  stale: boolean;
  position: Position | null;
}

export interface Section {
  kind: string;
  title: string;
  pages: Entry[];
}

export interface Contents {
  sections: Section[];
  notes_open: number;
}

export interface Source {
  key: string;
  number?: number;
  citation: string;
  url: string;
  read_on: string;
  supports: string;
}

export interface Rule {
  id: string;
  text: string;
  basis: string;
  source?: string | null;
}

export interface DoNow {
  label: string;
  go: string;
  why?: string | null;
}

export interface Question {
  id: string;
  text: string;
  kind: 'scale' | 'text';
  low?: string | null;
  high?: string | null;
}

export interface ProcedureInShort {
  access: string[];
  kit: string[];
  dose_window: { text: string; source: string }[];
  complications: { name: string; grade?: string | null; rate?: string | null; source?: string | null }[];
  log: string[];
}

export interface Neighbour {
  id: string;
  title: string;
}

export interface GuidePage {
  id: string;
  title: string;
  summary: string;
  quality: string;
  kind: string;
  written_on: string;
  verify_every_months: number;
  countries: string[];
  do_now: DoNow[];
  not_yet: string[];
  sources: Source[];
  rules: Rule[];
  reflection?: { questions: Question[] } | null;
  procedure?: ProcedureInShort | null;
  html: string;
  headings: { id: string; title: string }[];
  words: number;
  minutes?: number;
  previous: Neighbour | null;
  next: Neighbour | null;
  stale: boolean;
  position: Position | null;
}

export interface Term {
  id: string;
  title: string;
  also: string[];
  /** Plain words. */
  text: string;
  html: string;
  quality: string;
  sources: Source[];
}

export type NoteKind = 'stale' | 'wrong';

export interface Note {
  id: string;
  about: string;
  title?: string;
  anchor?: string | null;
  kind: NoteKind;
  text: string;
  status?: string;
  made_at?: string;
}

export type Answers = Record<string, number | string>;

export interface Reflection {
  id: string;
  page: string;
  answers: Answers;
  occasion: string;
  on: string;
}

export const READING_WORDS_A_MINUTE = 200;

export function minutesOf(page: GuidePage): number {
  return page.minutes ?? Math.max(1, Math.round(page.words / READING_WORDS_A_MINUTE));
}

export function readPage(id: string): Promise<GuidePage> {
  return api('GET', `guide/pages/${encodeURIComponent(id)}`);
}

export function keepPosition(page: string, position: { anchor: string; fraction: number; read: boolean }): Promise<unknown> {
  return api('PUT', `guide/positions/${encodeURIComponent(page)}`, position);
}

let terms: Promise<Term[]> | null = null;
/** The glossary, fetched once a visit. */
export function glossary(): Promise<Term[]> {
  terms ??= api<Term[] | { terms: Term[] }>('GET', 'guide/glossary')
    .then((found) => (Array.isArray(found) ? found : found.terms))
    .catch((fault: unknown) => {
      terms = null;
      throw fault;
    });
  return terms;
}

export function sendNote(note: { about: string; anchor: string; kind: NoteKind; text: string }): Promise<Note> {
  return api('POST', 'guide/notes', note);
}

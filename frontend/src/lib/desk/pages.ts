import type { Component } from 'svelte';
import type { DeskPage } from '../router.svelte';

/** A desk page is given `parts: string[]`, what follows its name in the address; it may do without. */
export type PageComponent = Component<any>;
interface Entry {
  load: () => Promise<{ default: PageComponent }>;
  /** Catalogues of `lib/i18n/<language>/` that it needs besides those of the frame. */
  words: readonly string[];
  /** What it asks the server first: asked while its script is still coming, when it is the first page. */
  asks?: readonly string[];
}

/** Every desk page; each is fetched when it is first opened. */
export const PAGES: Record<DeskPage, Entry> = {
  home: { load: () => import('../../pages/home/HomePage.svelte'), words: ['home', 'first', 'terms'], asks: ['me', 'home'] },
  room: { load: () => import('../../pages/room/RoomPage.svelte'), words: ['room'] },
  practice: { load: () => import('../../pages/practice/PracticePage.svelte'), words: ['practice', 'note'], asks: ['practice'] },
  debrief: { load: () => import('../../pages/debrief/DebriefPage.svelte'), words: ['debrief', 'dose', 'staff', 'note'] },
  shared: { load: () => import('../../pages/debrief/SharedPage.svelte'), words: ['debrief', 'dose', 'staff', 'note'] },
  evidence: { load: () => import('../../pages/evidence/EvidencePage.svelte'), words: ['evidence', 'terms', 'note'] },
  search: { load: () => import('../../pages/search/SearchPage.svelte'), words: ['search'] },
  settings: { load: () => import('../../pages/settings/SettingsPage.svelte'), words: ['settings', 'first'] },
  guide: { load: () => import('../../pages/guide/GuidePage.svelte'), words: ['guide', 'note'] },
  glossary: { load: () => import('../../pages/guide/GlossaryPage.svelte'), words: ['guide'] },
  reflection: { load: () => import('../../pages/guide/ReflectionPage.svelte'), words: ['guide', 'note'] },
  pathway: { load: () => import('../../pages/pathway/PathwayPage.svelte'), words: ['pathway', 'guide', 'note', 'terms'] },
  field: { load: () => import('../../pages/field/FieldPage.svelte'), words: ['field', 'guide', 'note'] },
};

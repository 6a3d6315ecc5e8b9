/** Pages of treatment; each has keys of its own. */
import type { TreatingState } from './data.ts';

export const PAGES = ['treating', 'syringe', 'coil', 'filter', 'retrieve', 'closing'] as const;
export type TreatingPage = (typeof PAGES)[number];

/** Those that the room has something for. */
export function pagesOf(state: TreatingState | null): TreatingPage[] {
  if (!state) return [];
  const has = { treating: true, syringe: state.agents !== undefined, coil: state.coils !== undefined, filter: state.filter !== undefined, retrieve: state.aspiration !== undefined, closing: state.closing !== undefined };
  return PAGES.filter((page) => has[page]);
}

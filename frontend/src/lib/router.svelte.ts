/** The page's address behind the `#`. A desk page has its name and what follows it: `/guide/<page>/<anchor>` is
 * `guide` with `[page, anchor]`. `/suite/<session>` is the suite, `/sessions/<session>/review` its runs without
 * X-rays, `/imports/<import>` what was found in a CT, `/vessels/<patient>` its vessels; anything unknown is home. */
export type Route = { page: DeskPage; parts: string[] } | { page: 'import'; id: string } | { page: 'vessels'; id: string } | { page: 'suite' | 'review'; session: string };

export const DESK_PAGES = ['home', 'room', 'practice', 'debrief', 'shared', 'guide', 'glossary', 'reflection', 'field', 'pathway', 'evidence', 'search', 'settings'] as const;
export type DeskPage = (typeof DESK_PAGES)[number];

export function parseRoute(hash: string): Route {
  const [first, ...parts] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(plain);
  const [id, what] = parts;
  if (first === 'suite' && id) return { page: 'suite', session: id };
  if (first === 'sessions' && id && what === 'review') return { page: 'review', session: id };
  if (first === 'imports' && id) return { page: 'import', id };
  if (first === 'vessels' && id) return { page: 'vessels', id };
  const page = DESK_PAGES.find((name) => name === first);
  return page ? { page, parts } : { page: 'home', parts: [] };
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % that somebody typed
  }
}

export function isDesk(route: Route): route is { page: DeskPage; parts: string[] } {
  return 'parts' in route;
}

export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.route = parseRoute(location.hash);
    });
  }
}

/** `#/guide/biliary-drainage/kit` of `guide`, `biliary-drainage`, `kit`; home is `#/`. */
export function deskAddress(page: DeskPage, ...parts: string[]): string {
  if (page === 'home') return '#/';
  return `#/${[page, ...parts].map(encodeURIComponent).join('/')}`;
}

export function suiteAddress(session: string): string {
  return `#/suite/${encodeURIComponent(session)}`;
}

export function importAddress(id: string): string {
  return `#/imports/${encodeURIComponent(id)}`;
}

export function vesselsAddress(patient: string): string {
  return `#/vessels/${encodeURIComponent(patient)}`;
}

export function reviewAddress(session: string): string {
  return `#/sessions/${encodeURIComponent(session)}/review`;
}

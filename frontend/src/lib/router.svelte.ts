/** The page's address behind the `#`: `/` is the start page, `/suite/<session>` the suite,
 * `/sessions/<session>/review` its runs without X-rays, `/imports/<import>` what was found in a CT. */
export type Route = { page: 'start' } | { page: 'import'; id: string } | { page: 'suite' | 'review'; session: string };

export function parseRoute(hash: string): Route {
  const [, first, second, third] = hash.replace(/^#/, '').split('/');
  if (first === 'suite' && second) return { page: 'suite', session: decodeURIComponent(second) };
  if (first === 'sessions' && second && third === 'review') return { page: 'review', session: decodeURIComponent(second) };
  if (first === 'imports' && second) return { page: 'import', id: decodeURIComponent(second) };
  return { page: 'start' };
}

export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.route = parseRoute(location.hash);
    });
  }
}

export function suiteAddress(session: string): string {
  return `#/suite/${encodeURIComponent(session)}`;
}

export function importAddress(id: string): string {
  return `#/imports/${encodeURIComponent(id)}`;
}

export function reviewAddress(session: string): string {
  return `#/sessions/${encodeURIComponent(session)}/review`;
}

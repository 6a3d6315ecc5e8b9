/** The page's address behind the `#`: `/` is the start page, `/suite/<session>` the suite. */
export type Route = { page: 'start' } | { page: 'suite'; session: string };

export function parseRoute(hash: string): Route {
  const [, first, second] = hash.replace(/^#/, '').split('/');
  if (first === 'suite' && second) return { page: 'suite', session: decodeURIComponent(second) };
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

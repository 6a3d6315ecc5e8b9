/** Talking to the server over HTTP. The session cookie travels by itself; every failure has words and a code. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What the server names besides: the place, the value and the way out. */
    readonly more: { where?: string | null; value?: unknown; way_out?: string | null } = {},
  ) {
    super(message);
  }
}

const asked = new Map<string, Promise<Response>>();

/** Ask before the page that needs the answer is loaded; its first `api('GET', path)` takes it. */
export function askEarly(path: string): void {
  const coming = fetch(`/api/${path}`);
  coming.catch(() => undefined); // whoever takes it tells of the fault
  asked.set(path, coming);
}

export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    const early = method === 'GET' ? asked.get(path) : undefined;
    asked.delete(path);
    answer = await (early ??
      fetch(`/api/${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }));
  } catch {
    throw new ApiError(0, 'offline', 'The Angiosuite server does not answer. Start it again with: angiosuite serve');
  }
  if (!answer.ok) throw await failure(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export async function failure(answer: { status: number; text(): Promise<string> }): Promise<ApiError> {
  return failureFrom(answer.status, await answer.text());
}

export function failureFrom(status: number, text: string): ApiError {
  if (status === 401 || status === 403) {
    return new ApiError(status, 'no-token', 'This page has no valid token. Open the address that angiosuite serve printed.');
  }
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const error = (body.error ?? body.detail ?? body) as { code?: string; message?: string; where?: string; value?: unknown; way_out?: string } | string;
    if (typeof error === 'string') return new ApiError(status, `http-${status}`, error);
    return new ApiError(status, error.code ?? `http-${status}`, error.message ?? text, error);
  } catch {
    return new ApiError(status, `http-${status}`, text || `The server answered ${status}.`);
  }
}

export interface Settings {
  bindings?: unknown;
  sound?: boolean;
  [key: string]: unknown;
}

export function getSettings(): Promise<Settings> {
  return api<Settings>('GET', 'settings');
}

/** Change some settings; the others stay. */
export async function putSettings(change: Settings): Promise<void> {
  const now = await getSettings().catch(() => ({}));
  await api('PUT', 'settings', { ...now, ...change });
}

import { ApiError } from '../api';

/** Something fetched from the server: what came, what went wrong, whether it is on its way. The last call wins. */
export class Loaded<T> {
  value = $state.raw<T | null>(null);
  fault = $state.raw<ApiError | null>(null);
  busy = $state(false);
  #call = 0;

  constructor(private readonly fetch: () => Promise<T>) {}

  load = async (): Promise<void> => {
    const call = ++this.#call;
    this.busy = true;
    try {
      const value = await this.fetch();
      if (call !== this.#call) return;
      this.value = value;
      this.fault = null;
    } catch (error) {
      if (call === this.#call) this.fault = asFault(error);
    } finally {
      if (call === this.#call) this.busy = false;
    }
  };
}

export function asFault(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'page', String(error));
}

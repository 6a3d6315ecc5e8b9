/**
 * The socket of one session: joins, sends commands, comes back after a loss with growing pauses.
 * Knows nothing of what the messages mean.
 */
/**
 * `gone`: no such session; `replaced`: this page was opened again elsewhere; `refused`: with a reason; none tries again.
 * `stale`: the server was started again with another token; tries on, another tab may bring the new one.
 */
export type Phase = 'connecting' | 'open' | 'lost' | 'stale' | 'gone' | 'replaced' | 'refused';

export interface LinkHandlers {
  phase(phase: Phase, retryAtMs: number): void;
  text(message: Record<string, unknown>): void;
  frame(message: ArrayBuffer): void;
  /** Why a socket could not even be opened. */
  reason(): Promise<'lost' | 'stale' | 'gone'>;
}

const PAUSES_MS = [250, 500, 1000, 2000, 3000, 5000];
const FINAL: Record<number, Phase> = { 4400: 'refused', 4404: 'gone', 4409: 'replaced' };

export class Link {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer = 0;
  private closed = false;
  private count = 0;

  constructor(
    private readonly url: string,
    private readonly hello: () => Record<string, unknown>,
    private readonly on: LinkHandlers,
  ) {
    window.addEventListener('online', this.retryNow);
    this.connect();
  }

  get open(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(message: Record<string, unknown>): boolean {
    if (!this.open) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  command(name: string, args: Record<string, unknown> = {}): number {
    const n = ++this.count;
    return this.send({ t: 'cmd', name, args, n }) ? n : 0;
  }

  close(): void {
    this.closed = true;
    window.removeEventListener('online', this.retryNow);
    clearTimeout(this.timer);
    this.socket?.close();
  }

  readonly retryNow = (): void => {
    if (this.closed || this.open || this.socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this.timer);
    this.connect();
  };

  private async explain(retryAt: number): Promise<void> {
    const reason = await this.on.reason();
    if (this.closed || this.open || reason === 'lost') return;
    if (reason === 'gone') clearTimeout(this.timer);
    this.on.phase(reason, retryAt);
  }

  private connect(): void {
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    let opened = false;
    if (!this.attempt) this.on.phase('connecting', 0);
    socket.onopen = () => {
      opened = true;
      this.attempt = 0;
      this.send({ t: 'hello', ...this.hello() });
      this.on.phase('open', 0);
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      if (typeof event.data === 'string') this.on.text(JSON.parse(event.data) as Record<string, unknown>);
      else this.on.frame(event.data);
    };
    socket.onclose = (event) => {
      if (this.closed || socket !== this.socket) return;
      const final = FINAL[event.code];
      if (final) {
        this.on.phase(final, 0);
        return;
      }
      this.comeBack(opened);
    };
  }

  /** Nothing was heard for too long: lost at once, whatever the closing handshake does. */
  abandon(): void {
    const { socket } = this;
    if (!socket || this.closed) return;
    this.socket = null;
    socket.close();
    this.comeBack(true);
  }

  private comeBack(opened: boolean): void {
    const pause = PAUSES_MS[Math.min(this.attempt++, PAUSES_MS.length - 1)] ?? 5000;
    this.on.phase('lost', Date.now() + pause);
    this.timer = window.setTimeout(() => this.connect(), pause);
    if (!opened) void this.explain(Date.now() + pause);
  }
}

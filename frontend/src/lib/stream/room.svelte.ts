import { Link, type Phase } from './link';
import { parseFrame } from './header';
import { decode, labelCm, refusalOf, RUN, SHOT, type Picture, type Refusal } from './picture';
import { SILENT_MS } from './pace';
import { merged } from './patch';
import { discrete, withStacks } from '../instruments/discrete';
import { Ticker } from './ticker';
import type { FrameMeta, RoomEvent, RoomState, Vitals } from './types';

/** Parts of the state that change with every frame: painters read `live`, components do not re-run for them. */
const FAST = new Set(['pose', 'dose', 'technique', 'time', 'vitals', 'pixel_mm_iso', 'run', 'runs', 'injection', 'injector', 'contrast', 'pressure', 'gas', 'skin', 'staff', 'instruments', 'treating']);
const PUBLISH_MS = 250;
const EVENTS_KEPT = 200;
/** Longest silence while X-rays are on; the server itself stops them 2 s after it last heard of this page. */
const SILENCE_MS = 3000;
const TRACE_KEPT = 700;

/**
 * A session as the page sees it.
 *
 * `state` is reactive and published when something discrete changes (fast parts at most four times a
 * second); `live` is the newest truth, read by painters in the one animation frame.
 */
export class Room {
  state = $state.raw<RoomState>({});
  phase = $state<Phase>('connecting');
  retryAt = $state(0);
  joined = $state(false);
  /** The whole state came through the socket that is open now: what the page shows of the session holds. */
  ready = $state(false);
  /** Nothing has been heard of it for so long that its time does not run. */
  silent = $state(false);
  /** X-rays are on, as this connection says; what an earlier one said counts no more. */
  readonly on = $derived(this.ready && this.state.xray?.on === true);
  /** The picture as of the last change that components must know of (held or not, size). */
  picture = $state.raw<Picture | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  events = $state.raw<RoomEvent[]>([]);

  /** The session cannot be reached from this page any more. */
  readonly over = $derived(this.phase === 'gone' || this.phase === 'replaced' || this.phase === 'refused');

  live: RoomState = {};
  /** The picture on the screen at this moment. */
  shown: Picture | null = null;
  readonly ticker = new Ticker();
  /** Millimetres a pixel at the isocentre, by frame, for frames seen on this page. */
  readonly scales = new Map<number, number>();
  readonly ecg: number[] = [];
  readonly resp: number[] = [];
  readonly art: number[] = [];
  /** Pixels a side that the live monitor can show of a moving picture; 0 for all. */
  wantedPx: () => number = () => 0;
  /** Set by the live monitor; draws one picture. */
  paint: ((picture: Picture) => void) | null = null;
  /** Called when the server ends or refuses something that pedals must know. */
  onLost: () => void = () => {};

  private readonly link: Link;
  private meta: FrameMeta | null = null;
  private waiting: Picture | null = null;
  private publishTimer = 0;
  private silence = 0;
  private lull = 0;
  private arrived = 0;
  private toldUs = 0;
  private toldAt = 0;
  private newest = 0;

  constructor(
    readonly id: string,
    role: 'operator' | 'watch',
  ) {
    // The same page on a new socket keeps its place at the controls.
    const client = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join('-');
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${location.host}/api/sessions/${encodeURIComponent(id)}/stream`;
    this.ticker.drawPicture = () => this.draw();
    this.link = new Link(url, () => ({ role, client }), {
      phase: (phase, retryAt) => this.onPhase(phase, retryAt),
      text: (message) => {
        this.onText(message);
        this.heard();
      },
      frame: (message) => {
        this.heard();
        void this.onFrame(message);
      },
      reason: () => this.whyNot(),
    });
  }

  send(name: string, args: Record<string, unknown> = {}): number {
    return this.link.command(name, args);
  }

  retry(): void {
    this.link.retryNow();
  }

  close(): void {
    clearTimeout(this.publishTimer);
    clearTimeout(this.silence);
    clearTimeout(this.lull);
    this.link.close();
  }

  /** A page that says X-RAY ON must hear so: after silence, the connection counts as lost. */
  private heard(): void {
    clearTimeout(this.silence);
    clearTimeout(this.lull);
    this.silent = false;
    this.lull = window.setTimeout(() => (this.silent = true), SILENT_MS);
    if (this.live.xray?.on) this.silence = window.setTimeout(() => this.link.abandon(), SILENCE_MS);
  }

  private async whyNot(): Promise<'lost' | 'stale' | 'gone'> {
    try {
      const { status } = await fetch(`/api/sessions/${encodeURIComponent(this.id)}`);
      if (status === 401 || status === 403) return 'stale';
      return status === 404 ? 'gone' : 'lost';
    } catch {
      return 'lost';
    }
  }

  private onPhase(phase: Phase, retryAt: number): void {
    this.phase = phase;
    this.ready = false;
    this.retryAt = retryAt;
    if (phase !== 'open') {
      this.dropWaiting();
      this.onLost();
    }
  }

  private onText(message: Record<string, unknown>): void {
    switch (message.t) {
      case 'state': {
        const { t: _t, patch, ...whole } = message;
        if (patch) this.take(patch as RoomState);
        else this.takeWhole((whole.state ?? whole) as RoomState);
        break;
      }
      case 'frame':
        this.meta = message as unknown as FrameMeta;
        this.addTraces(this.meta.vitals);
        this.told(this.meta.sim_t_us);
        break;
      case 'vitals':
        this.addTraces((message.vitals ?? message) as Vitals);
        this.ticker.request();
        break;
      case 'event': {
        const { t: _t, ...event } = message;
        const told = (event.event ?? event) as unknown as RoomEvent;
        this.told(told.t_us);
        if (!this.events.some((one) => one.seq === told.seq && one.name === told.name)) this.events = [...this.events, told].slice(-EVENTS_KEPT);
        break;
      }
      case 'error':
      case 'done':
        if (message.ok !== true) this.refusal = refusalOf(message);
        break;
    }
  }

  private takeWhole(state: RoomState): void {
    this.live = state;
    this.events = (state.events ?? []).slice(-EVENTS_KEPT);
    this.joined = true;
    this.told(state.time?.sim_us);
    this.publish();
    this.ready = true;
    this.ticker.hurry();
  }

  private take(patch: RoomState): void {
    const before = this.live;
    const wasOn = before.xray?.on;
    this.addTraces(patch.vitals);
    if (patch.paused !== undefined) this.told(this.simUs);
    this.told(patch.time?.sim_us);
    this.live = withStacks(merged(before, patch), patch);
    if (patch.events) this.events = patch.events.slice(-EVENTS_KEPT);
    const changed = Object.keys(patch).filter(
      (key) => before[key as keyof RoomState] !== this.live[key as keyof RoomState],
    );
    if (changed.some((key) => !FAST.has(key)) || turned(before, this.live)) this.publish();
    else if (changed.length) this.publishSoon();
    if (wasOn && !this.live.xray?.on) void this.settle();
    if (this.live.xray?.on !== wasOn) this.ticker.hurry();
    else this.ticker.request();
  }

  private publish(): void {
    clearTimeout(this.publishTimer);
    this.publishTimer = 0;
    this.state = this.live;
  }

  private publishSoon(): void {
    if (!this.publishTimer) this.publishTimer = window.setTimeout(() => this.publish(), PUBLISH_MS);
  }

  private addTraces(vitals: Vitals | undefined): void {
    if (vitals?.ecg?.length) this.ecg.push(...vitals.ecg);
    if (vitals?.resp?.length) this.resp.push(...vitals.resp);
    if (vitals?.art_trace?.length) this.art.push(...vitals.art_trace);
    // A hidden page draws nothing: keep only what one sweep can show.
    for (const queue of [this.ecg, this.resp, this.art]) if (queue.length > TRACE_KEPT) queue.splice(0, queue.length - TRACE_KEPT);
  }

  /** Simulated time now, microseconds: the last told moment and the clock since, at the told speed. */
  get simUs(): number {
    const { time, paused } = this.live;
    const still = paused || !this.ready || !this.toldAt;
    return this.toldUs + (still ? 0 : (performance.now() - this.toldAt) * 1000 * (time?.speed ?? 1));
  }

  private told(us: number | undefined): void {
    if (us === undefined) return;
    this.toldUs = us;
    this.toldAt = performance.now();
  }

  private async onFrame(message: ArrayBuffer): Promise<void> {
    const order = ++this.arrived;
    const header = parseFrame(message);
    const meta = this.meta?.frame === header.frame ? this.meta : { frame: header.frame };
    const source = header.codec === 0 ? header.payload : await decode(header, this.wantedPx());
    if (order < this.newest) {
      this.link.send({ t: 'ack', frame: header.frame });
      if (source instanceof ImageBitmap) source.close();
      return;
    }
    this.newest = order;
    const { technique, dose, pose, vitals, pixel_mm_iso } = meta;
    const fast = Object.entries({ technique, dose, pose: header.held ? undefined : pose, pixel_mm_iso }).filter(([, value]) => value !== undefined);
    this.live = merged(this.live, Object.fromEntries(fast));
    if (vitals) {
      const { ecg: _e, resp: _r, art_trace: _a, ...rest } = vitals;
      this.live = merged(this.live, { vitals: rest });
    }
    if (pixel_mm_iso && (header.held || header.mode === SHOT || header.mode === RUN)) this.scales.set(header.frame, pixel_mm_iso);
    this.publishSoon();
    this.dropWaiting();
    this.waiting = {
      header,
      source,
      meta,
      pose: pose ?? this.live.pose,
      // A held picture has the blades of the picture before it; after a reload nobody knows them any more.
      collimator: header.held ? this.shown?.collimator : this.live.collimator,
      pixelMm: pixel_mm_iso ?? 0,
      fovCm: labelCm(pose, pixel_mm_iso, header.width) ?? this.live.exposure?.fov_cm ?? 0,
    };
    this.ticker.request(true);
  }

  /** A frame that a newer one overtook is acknowledged without being drawn: the server must not wait. */
  private dropWaiting(): void {
    if (!this.waiting) return;
    this.acknowledge(this.waiting);
    if (this.waiting.source instanceof ImageBitmap) this.waiting.source.close();
    this.waiting = null;
  }

  private draw(): boolean {
    const picture = this.waiting;
    if (!picture) return false;
    this.waiting = null;
    this.paint?.(picture);
    this.acknowledge(picture);
    this.shown = picture;
    const told = this.picture?.header;
    const { held, mode, width, subtracted, phantom } = picture.header;
    const alike = told && mode === told.mode && width === told.width && subtracted === told.subtracted && phantom === told.phantom;
    const last = mode === RUN && !this.live.xray?.on;
    const running = alike && !held && !told.held && mode !== SHOT && !last;
    if (!running) this.picture = picture;
    if (last) void this.settle();
    return true;
  }

  /** The last frame of a run stays on the monitor: all of its pixels, and known to the components. */
  private async settle(): Promise<void> {
    const { shown } = this;
    if (!shown || shown.header.mode !== RUN) return;
    this.picture = shown;
    if (!(shown.source instanceof ImageBitmap) || shown.source.width >= shown.header.width) return;
    const whole = { ...shown, source: await decode(shown.header, 0) };
    if (this.shown !== shown || this.waiting) {
      whole.source.close();
      return;
    }
    this.shown = this.picture = whole;
    this.paint?.(whole);
  }

  private acknowledge(picture: Picture): void {
    this.link.send({ t: 'ack', frame: picture.header.frame });
  }
}

/** Whether something that people look for changed in the parts that change with every frame. */
function turned(before: RoomState, now: RoomState): boolean {
  const run = (state: RoomState) => state.run && [state.run.number, state.run.phase, state.run.waiting, state.run.subtracted];
  const injection = (state: RoomState) => {
    const { age_s: _age, ...rest } = state.injection ?? {};
    return rest;
  };
  if (before.run !== now.run && String(run(before)) !== String(run(now))) return true;
  const injector = (state: RoomState) => {
    const { flow_ml_s: _f, psi: _p, injected_ml: _i, fill_ml: _l, used_ml: _u, ...rest } = state.injector ?? {};
    return rest;
  };
  if (before.injector !== now.injector && JSON.stringify(injector(before)) !== JSON.stringify(injector(now))) return true;
  if (before.instruments !== now.instruments && discrete(before.instruments) !== discrete(now.instruments)) return true;
  return before.injection !== now.injection && JSON.stringify(injection(before)) !== JSON.stringify(injection(now));
}

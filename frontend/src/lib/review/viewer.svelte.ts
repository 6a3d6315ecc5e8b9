import { Curves } from '../blood/curves.svelte';
import type { Painter, Picture } from './draw';
import { readFrames, readRun, type RunDetail, type RunFrame } from './data';
import { FrameCache } from './frames';
import { panned, turned, WHOLE, zoomed, type View } from './look';
import { maskOf, takenAway } from './mask';
import { Peak } from './peak';
import { changed, plainTone, PRESETS, subtractedTone, type Field, type Tone } from './tone';

export type Loop = 'again' | 'back and forth' | 'once';
export const LOOPS: readonly Loop[] = ['again', 'back and forth', 'once'];

/** Words of a playing run change this often: painting them costs more than the picture. */
const TELL_MS = 150;

/** What of a run is kept with the session: it is logged, and goes into DICOM. */
export interface Settings {
  mask: number[];
  shift: [number, number];
  landmark: number;
}

/** One run on the screen: its frames, how they are shown, and playing them. */
export class Viewer {
  run = $state.raw<RunDetail | null>(null);
  /** The frame that is shown; `told` follows it for words and sliders, a few times a second while playing. */
  frame = 1;
  told = $state(1);
  playing = $state(false);
  fps = $state(7.5);
  loop = $state<Loop>('again');
  subtract = $state(false);
  peak = $state(false);
  invert = $state(false);
  window = $state(1);
  level = $state(0);
  view = $state.raw<View>(WHOLE);
  settings = $state.raw<Settings>({ mask: [], shift: [0, 0], landmark: 0 });
  /** Frames here, of those in the run; and those that the peak has seen. */
  loaded = $state(0);
  peakOf = $state(0);
  waiting = $state(false);
  fault = $state<string | null>(null);
  /** Curves over time of this run, and its colours. */
  readonly curves = new Curves(this);
  painter: Painter | null = null;
  /** Set by the monitor: makes the canvas as large as the run's pictures and draws. */
  fit: () => void = () => {};
  /** A frame was reached while playing or stepping; the other viewer may follow. */
  onFrame: () => void = () => {};

  private cache: FrameCache | null = null;
  private top: Peak | null = null;
  private readonly came = new Set<number>();
  private mask: Float32Array | null = null;
  private minus: Float32Array | null = null;
  private tones: { plain?: Tone; subtracted?: Tone } = {};
  private shown: Uint16Array | null = null;
  private step: 1 | -1 = 1;
  private due = 0;
  private timer = 0;
  private order = 0;
  private toldAt = 0;

  constructor(private readonly session: string) {}

  readonly info = $derived.by<RunFrame | null>(() => this.run?.frames_info[this.told - 1] ?? null);

  /** Open a run at a picture that shows something: the middle of a DSA, the first one of a cine. */
  async open(number: number, settings?: Settings): Promise<void> {
    const order = ++this.order;
    this.close();
    this.waiting = true;
    try {
      const run = await readRun(this.session, number);
      if (order !== this.order) return;
      this.take(run, settings ?? { mask: run.mask, shift: run.shift_px, landmark: run.landmark });
    } catch (error) {
      if (order === this.order) this.fail(error);
    }
  }

  private take(run: RunDetail, settings: Settings): void {
    this.run = run;
    this.settings = settings;
    this.fps = Math.min(30, Math.max(1, run.rate_hz));
    this.subtract = run.kind === 'dsa' && settings.mask.length > 0;
    this.show(Math.max(1, run.kind === 'dsa' ? (run.frames + 1) >> 1 : 1));
    this.top = new Peak();
    if (!run.frames) {
      this.waiting = false;
      return;
    }
    const cache = new FrameCache(run.rows * run.columns * 2, run.frames, (first, count, signal) => readFrames(this.session, run, first, count, signal));
    cache.onFrames = (first, frames) => this.arrived(first, frames);
    cache.onFault = (error) => this.fail(error);
    this.cache = cache;
    void this.makeMask();
    void this.begin(cache);
  }

  /** The first picture alone, so that it comes at once; then its surroundings. */
  private async begin(cache: FrameCache): Promise<void> {
    await cache.one(this.frame).catch((error: unknown) => this.cache === cache && this.fail(error));
    if (this.cache === cache) cache.around(this.frame, this.step, this.loop === 'again');
  }

  /** More frames of a run that is still being made, or settings that were changed elsewhere. */
  async refresh(): Promise<void> {
    const before = this.run;
    if (!before) return;
    const run = await readRun(this.session, before.number);
    if (this.run?.number !== run.number) return;
    if (!this.cache) this.take(run, this.settings);
    this.run = run;
    this.cache?.grow(run.frames);
  }

  close(): void {
    this.stop();
    this.cache?.dispose();
    this.cache = null;
    this.top = null;
    this.curves.clear();
    this.came.clear();
    this.run = null;
    this.mask = this.minus = this.shown = null;
    this.tones = {};
    this.loaded = this.peakOf = 0;
    this.peak = false;
    this.fault = null;
    this.waiting = false;
  }

  private fail(error: unknown): void {
    this.waiting = false;
    this.stop();
    this.fault = error instanceof Error ? error.message : String(error);
  }

  private arrived(first: number, frames: Uint16Array[]): void {
    const { run, top } = this;
    if (!run || !top) return;
    frames.forEach((values, i) => {
      this.came.add(first + i);
      if (run.frames_info[first + i - 1]?.settling !== true) top.add(first + i, values);
    });
    this.curves.take(first, frames, run);
    this.loaded = this.came.size;
    this.peakOf = top.count;
    if (this.shown === null) this.fit();
    else if (this.peak || (this.waiting && !this.playing)) this.draw();
  }

  // What is shown -----------------------------------------------------------------------------------------

  /** Settings from the session or from the person; the picture follows. */
  use(settings: Settings): void {
    const before = this.settings;
    if (JSON.stringify(before) === JSON.stringify(settings)) return;
    this.settings = settings;
    if (String(before.mask) !== String(settings.mask)) void this.makeMask();
    else this.makeMinus();
  }

  private async makeMask(): Promise<void> {
    const { cache, settings, order } = this;
    const wanted = settings.mask;
    if (!cache || !wanted.length) {
      this.mask = this.minus = null;
      this.draw();
      return;
    }
    try {
      const frames = await Promise.all(wanted.map((frame) => cache.one(frame)));
      if (order !== this.order || this.settings.mask !== wanted) return;
      const whole = frames.filter((frame) => frame !== undefined);
      this.mask = whole.length ? maskOf(whole) : null;
      this.makeMinus();
    } catch (error) {
      if (order === this.order) this.fail(error);
    }
  }

  private makeMinus(): void {
    const { mask, run, settings } = this;
    this.minus = mask && run ? takenAway(mask, run.columns, settings.shift, settings.landmark) : null;
    this.tones = { plain: this.tones.plain };
    this.draw();
  }

  get field(): Field {
    const b = this.run?.blades;
    return b ? [0.5 - b.left / 2, 0.5 - b.top / 2, 0.5 + b.right / 2, 0.5 + b.bottom / 2] : [0, 0, 1, 1];
  }

  /** The picture as it is shown now; null while its frame is not here. */
  picture(): Picture | null {
    const { run, cache } = this;
    const values = this.peak ? this.top?.values : cache?.get(this.frame);
    if (!run || !values) return null;
    const minus = this.subtract ? this.minus : null;
    if (this.subtract && this.settings.mask.length && !minus) return null;
    const field = this.field;
    if (minus) this.tones.subtracted ??= subtractedTone(cache?.get(this.frame) ?? values, minus, run.columns, field);
    else this.tones.plain ??= plainTone(values, run.columns, field);
    const tone = (minus ? this.tones.subtracted : this.tones.plain) as Tone;
    return { values, minus, width: run.columns, height: run.rows, tone: changed(tone, this.window, this.level), invert: this.invert, view: this.view, field };
  }

  draw(): void {
    const picture = this.picture();
    this.waiting = !picture && !!this.run?.frames && !this.fault;
    if (!picture || !this.painter) return;
    this.painter.draw(picture);
    this.shown = picture.values;
  }

  setWindow(window: number, level: number): void {
    this.window = Math.min(8, Math.max(0.05, window));
    this.level = Math.min(2, Math.max(-2, level));
    this.draw();
  }

  usePreset(i: number): void {
    const preset = PRESETS[i];
    if (preset) this.setWindow(preset.window, preset.level);
  }

  setView(view: View): void {
    this.view = view;
    this.draw();
  }

  zoomBy(factor: number, x = 0.5, y = 0.5): void {
    this.setView(zoomed(this.view, factor, x, y));
  }

  panBy(dx: number, dy: number): void {
    this.setView(panned(this.view, dx, dy));
  }

  turn(quarters: number, mirror: boolean, mirrorDown: boolean): void {
    this.setView(turned(this.view, quarters, mirror, mirrorDown));
  }

  resetLook(): void {
    this.invert = false;
    this.view = WHOLE;
    this.setWindow(1, 0);
  }

  async setPeak(on: boolean): Promise<void> {
    this.peak = on;
    this.stop();
    this.draw();
    if (on) await this.all(() => this.peak);
  }

  /** Every picture is read once, as long as somebody wants it: the peak's, the curves' and the colours'. */
  async all(wanted: () => boolean = () => true): Promise<void> {
    const { run, cache, top, order } = this;
    for (let frame = 1; run && cache && top && frame <= run.frames; frame++) {
      if (!wanted() || order !== this.order) return;
      if (this.curves.has(frame)) continue;
      await cache.one(frame).catch((error: unknown) => this.fail(error));
    }
  }

  private show(frame: number): void {
    this.frame = frame;
    const now = performance.now();
    if (this.playing && now - this.toldAt < TELL_MS) return;
    this.told = frame;
    this.toldAt = now;
  }

  // Playing -----------------------------------------------------------------------------------------------

  goTo(frame: number): void {
    const { run } = this;
    if (!run?.frames) return;
    this.peak = false;
    this.show(Math.max(1, Math.min(run.frames, Math.round(frame))));
    this.cache?.around(this.frame, this.step, this.loop === 'again');
    this.draw();
    this.onFrame();
  }

  stepBy(step: number): void {
    this.stop();
    this.goTo(this.frame + step);
  }

  play(): void {
    if (this.playing) {
      this.stop();
      return;
    }
    const { run } = this;
    if (!run || run.frames < 2) return;
    this.peak = false;
    this.playing = true;
    if (this.step === 1 && this.loop === 'once' && this.frame === run.frames) this.show(1);
    this.due = performance.now();
    this.timer = requestAnimationFrame(this.tick);
  }

  setLoop(loop: Loop): void {
    this.loop = loop;
    this.step = 1;
  }

  /** Go to a frame and wait until it can be shown. */
  async ready(frame: number): Promise<void> {
    const { cache } = this;
    if (!cache) return;
    cache.around(frame, 1, false);
    this.show(frame);
    while (!this.picture() && !this.fault && cache === this.cache) await new Promise((done) => setTimeout(done, 10));
    this.draw();
  }

  stop(): void {
    this.playing = false;
    this.told = this.frame;
    cancelAnimationFrame(this.timer);
  }

  /** Number of the frame after this one; null where playing ends. */
  private following(): number | null {
    const last = this.run?.frames ?? 1;
    const next = this.frame + this.step;
    if (next >= 1 && next <= last) return next;
    if (this.loop === 'once') return null;
    if (this.loop === 'again') return this.step === 1 ? 1 : last;
    this.step = this.step === 1 ? -1 : 1;
    return this.frame + this.step;
  }

  private readonly tick = (now: number): void => {
    if (!this.playing) return;
    this.timer = requestAnimationFrame(this.tick);
    if (now < this.due - 2) return;
    const next = this.following();
    if (next === null) {
      this.stop();
      this.step = 1;
      return;
    }
    this.cache?.around(next, this.step, this.loop === 'again');
    if (!this.cache?.get(next)) {
      this.waiting = true;
      this.due = now;
      return;
    }
    // A late picture does not make the next ones hurry by more than one.
    this.due = Math.max(this.due + 1000 / this.fps, now - 1000 / this.fps);
    this.show(next);
    this.draw();
    this.onFrame();
  };
}

import type { Point } from '../stream/types';
import type { Suite } from '../suite/suite.svelte';
import { readRuns, type RunInfo } from './data';
import { filmOf, pictureOf, printOf, saveBlob, type Sheet } from './keepsakes';
import { shapeOf, type RunMark } from './marks';
import { Tools, type Tool } from './tools.svelte';
import { Viewer, LOOPS, type Settings } from './viewer.svelte';

type Step = { kind: 'settings'; run: number; before: Settings } | { kind: 'mark' } | { kind: 'removed'; run: number };

/** How long what this page just sent outweighs what the session tells. */
const OWN_MS = 600;
const LANDMARK = 0.3;

/** Looking at runs without X-rays: one or two viewers, the tools, and what can be taken back. */
export class Review {
  shown = $state(false);
  compare = $state(false);
  active = $state<0 | 1>(0);
  /** In a comparison the other run follows by time since the first picture, or picture by picture. */
  follow = $state<'time' | 'picture' | 'nothing'>('time');
  notice = $state<string | null>(null);
  /** Share of the film that is made; null while none is. */
  filming = $state<number | null>(null);
  readonly viewers: [Viewer, Viewer];
  readonly tools: Tools;
  readonly viewer = $derived.by(() => this.viewers[this.compare ? this.active : 0]);
  /** The session's own list; what its folder tells while the session cannot be joined. */
  readonly runs = $derived.by<RunInfo[]>(() => this.suite.room.state.runs ?? this.read);
  private read = $state.raw<RunInfo[]>([]);
  readonly listed = $derived(this.runs.filter((run) => !run.removed));
  readonly hasKeys = $derived.by(() => this.suite.mode?.startsWith('review') === true);
  private steps = $state.raw<Step[]>([]);
  private ownUntil = 0;
  private stopFilm: AbortController | null = null;
  private following = false;

  constructor(private readonly suite: Suite) {
    const make = () => new Viewer(suite.room.id);
    this.viewers = [make(), make()];
    this.tools = new Tools(
      (name, args) => this.keep(name, args),
      () => this.push({ kind: 'mark' }),
    );
    this.tools.onRegion = (a, b) => this.addRegion(a, b);
    this.viewers.forEach((viewer, i) => (viewer.onFrame = () => this.lead(i as 0 | 1)));
  }

  dispose(): void {
    this.stopFilm?.abort();
    for (const viewer of this.viewers) viewer.close();
  }

  /** Changes go to the session only from the page that operates it; others see them on this page alone. */
  get keeps(): boolean {
    const { room, tooSmall } = this.suite;
    return room.phase === 'open' && room.state.role === 'operator' && !tooSmall;
  }

  private keep(name: string, args: Record<string, unknown>): boolean {
    return this.keeps && this.suite.room.send(name, args) > 0;
  }

  // Panel and keys ----------------------------------------------------------------------------------------

  toggle(): void {
    if (!this.shown) this.show();
    else if (!this.hasKeys) this.takeKeys();
    else if (!this.suite.lookingOnly) this.hide();
  }

  show(): void {
    this.shown = true;
    this.takeKeys();
    this.told();
    if (!this.suite.room.state.runs) void readRuns(this.suite.room.id).then((runs) => (this.read = runs)).catch(() => undefined);
  }

  hide(): void {
    this.shown = false;
    this.tools.use(null);
    this.giveKeys();
    this.viewers.forEach((viewer) => viewer.stop());
    this.suite.focusLive();
  }

  takeKeys(): void {
    if (this.shown && !this.hasKeys) this.suite.mode = 'review';
  }

  /** The keys belong to the room again. */
  giveKeys(): void {
    if (this.hasKeys && !(this.shown && this.suite.lookingOnly)) this.suite.mode = null;
  }

  leave(): void {
    const { suite, tools } = this;
    if (suite.sheet) suite.leave();
    else if (tools.points.length || tools.asking) tools.cancel();
    else if (tools.tool) tools.use(null);
    else if (suite.mode === 'review-shift') suite.mode = 'review';
    else {
      this.giveKeys();
      suite.focusLive();
    }
  }

  // Runs --------------------------------------------------------------------------------------------------

  infoOf(viewer: Viewer): RunInfo | null {
    return this.runs.find((run) => run.number === viewer.run?.number) ?? viewer.run;
  }

  /** Title of the test phantom that was in the beam; its name where the title is not known. */
  phantomOf(run: RunInfo): string | null {
    return this.suite.room.state.phantoms?.find((one) => one.id === run.phantom)?.title ?? run.phantom;
  }

  open(number: number, into: Viewer = this.viewer): void {
    this.tools.cancel();
    this.notice = null;
    const run = this.runs.find((one) => one.number === number);
    const settings = run && { mask: run.mask, shift: run.shift_px, landmark: run.landmark };
    void into.open(number, settings);
  }

  stepRun(step: number): void {
    const at = this.listed.findIndex((run) => run.number === this.viewer.run?.number);
    const next = this.listed[at < 0 ? this.listed.length - 1 : at + step];
    if (next) this.open(next.number);
  }

  /** The session told of its runs: open the newest, follow growing ones and changes of others. */
  told(): void {
    if (!this.shown) return;
    const newest = this.listed.at(-1);
    if (!this.viewers[0].run && !this.viewers[0].waiting && newest?.frames) this.open(newest.number, this.viewers[0]);
    for (const viewer of this.viewers) {
      const run = this.runs.find((one) => one.number === viewer.run?.number);
      if (!run || !viewer.run) continue;
      if (run.frames !== viewer.run.frames) void viewer.refresh().catch(() => undefined);
      if (performance.now() < this.ownUntil) setTimeout(() => this.told(), OWN_MS);
      else if (this.keeps || !this.steps.length) viewer.use({ mask: run.mask, shift: run.shift_px, landmark: run.landmark });
    }
  }

  remove(number: number): void {
    if (this.keep('run.remove', { run: number })) this.push({ kind: 'removed', run: number });
  }

  restore(number: number): void {
    this.keep('run.restore', { run: number });
  }

  // Comparison --------------------------------------------------------------------------------------------

  toggleCompare(): void {
    this.compare = !this.compare;
    this.active = 0;
    const [first, second] = this.viewers;
    if (!this.compare) {
      second.close();
      return;
    }
    const other = this.listed.findLast((run) => run.number !== first.run?.number) ?? this.listed.at(-1);
    if (other) this.open(other.number, second);
    second.view = first.view;
  }

  choose(which: 0 | 1): void {
    this.active = which;
  }

  /** The other viewer of a comparison goes where this one went. */
  private lead(from: 0 | 1): void {
    if (!this.compare || this.following || this.follow === 'nothing' || from !== this.active) return;
    const [leader, other] = [this.viewers[from], this.viewers[1 - from] as Viewer];
    const run = other.run;
    if (!run?.frames) return;
    let frame = leader.frame;
    if (this.follow === 'time') {
      const t = leader.run?.frames_info[leader.frame - 1]?.t_s ?? 0;
      const at = run.frames_info.findLastIndex((info) => info.t_s <= t + 1e-3);
      frame = Math.max(0, at) + 1;
    }
    if (frame === other.frame) return;
    this.following = true;
    other.goTo(frame);
    this.following = false;
  }

  /** Enlargement is one for both. */
  private both(change: (viewer: Viewer) => void): void {
    for (const viewer of this.compare ? this.viewers : [this.viewer]) change(viewer);
  }

  // Showing -----------------------------------------------------------------------------------------------

  play(): void {
    this.viewers.forEach((viewer) => viewer !== this.viewer && viewer.stop());
    this.viewer.play();
  }

  step(by: number): void {
    this.viewer.stepBy(by);
  }

  goTo(frame: number): void {
    this.viewer.goTo(frame);
  }

  speedBy(by: number): void {
    this.viewer.fps = Math.min(30, Math.max(1, Math.round(this.viewer.fps) + by));
  }

  nextLoop(): void {
    this.viewer.setLoop(LOOPS[(LOOPS.indexOf(this.viewer.loop) + 1) % LOOPS.length] ?? 'again');
  }

  toggleInvert(): void {
    this.viewer.invert = !this.viewer.invert;
    this.viewer.draw();
  }

  zoomBy(factor: number, x?: number, y?: number): void {
    this.both((viewer) => viewer.zoomBy(factor, x, y));
  }

  panBy(dx: number, dy: number): void {
    this.both((viewer) => viewer.panBy(dx, dy));
  }

  turn(quarters: number, mirror: boolean, mirrorDown: boolean): void {
    this.viewer.turn(quarters, mirror, mirrorDown);
  }

  usePreset(i: number): void {
    this.viewer.usePreset(i);
  }

  /** Change width by a share of itself and level by a share of the first window. */
  windowBy(window: number, level: number): void {
    this.viewer.setWindow(this.viewer.window * Math.exp(window), this.viewer.level + level);
  }

  resetLook(): void {
    this.both((viewer) => viewer.resetLook());
  }

  // Subtraction -------------------------------------------------------------------------------------------

  toggleSubtract(): void {
    const { viewer } = this;
    if (!viewer.subtract && !viewer.settings.mask.length) this.maskHere(false);
    viewer.subtract = !viewer.subtract;
    viewer.draw();
  }

  /** This picture is the mask, or joins the frames whose mean is. */
  maskHere(adds: boolean): void {
    const { viewer } = this;
    const { mask } = viewer.settings;
    const here = viewer.frame;
    let next = [here];
    if (adds) next = mask.includes(here) && mask.length > 1 ? mask.filter((one) => one !== here) : [...new Set([...mask, here])].sort((a, b) => a - b);
    this.change({ mask: next });
    if (!adds) viewer.subtract = true;
  }

  nudge(x: number, y: number): void {
    const [sx, sy] = this.viewer.settings.shift;
    this.setShift([round(sx + x), round(sy + y)]);
  }

  setShift(shift: [number, number]): void {
    if (String(shift) !== String(this.viewer.settings.shift)) this.change({ shift });
  }

  /** The session finds the shift; what it found comes back with the state. */
  autoShift(): void {
    const { viewer } = this;
    if (!viewer.run || !viewer.settings.mask.length) return;
    const before = viewer.settings;
    if (this.keep('run.auto_shift', { run: viewer.run.number, frame: viewer.frame })) this.push({ kind: 'settings', run: viewer.run.number, before });
    else this.notice = 'The automatic shift is found by the session: this page must have joined it and have the controls.';
  }

  setLandmark(share: number): void {
    this.change({ landmark: Math.min(1, Math.max(0, Math.round(share * 100) / 100)) });
  }

  toggleLandmark(): void {
    this.setLandmark(this.viewer.settings.landmark > 0 ? 0 : LANDMARK);
  }

  toggleShiftKeys(): void {
    this.suite.mode = this.suite.mode === 'review-shift' ? 'review' : 'review-shift';
  }

  togglePeak(): void {
    void this.viewer.setPeak(!this.viewer.peak);
  }

  // Over time ---------------------------------------------------------------------------------------------

  private addRegion(a: Point, b: Point): void {
    const { viewer } = this;
    const { run } = viewer;
    if (!run) return;
    const share = ([x, y]: Point): Point => [x / run.columns, y / run.rows];
    viewer.curves.add(share(a), share(b));
    this.suite.announcer.say(`Curve of region ${String.fromCharCode(64 + viewer.curves.regions.length)}`);
  }

  clearCurves(): void {
    this.viewer.curves.regions = [];
  }

  toggleColour(): void {
    this.viewer.stop();
    void this.viewer.curves.toggleColour();
  }

  private change(change: Partial<Settings>): void {
    const { viewer } = this;
    if (!viewer.run) return;
    this.push({ kind: 'settings', run: viewer.run.number, before: viewer.settings });
    this.apply(viewer, { ...viewer.settings, ...change });
  }

  private apply(viewer: Viewer, next: Settings): void {
    const before = viewer.settings;
    const run = viewer.run?.number;
    this.ownUntil = performance.now() + OWN_MS;
    viewer.use(next);
    if (String(next.mask) !== String(before.mask) && next.mask.length) this.keep('run.mask', { run, frames: next.mask });
    if (String(next.shift) !== String(before.shift)) this.keep('run.shift', { run, x_px: next.shift[0], y_px: next.shift[1] });
    if (next.landmark !== before.landmark) this.keep('run.landmark', { run, share: next.landmark });
  }

  // Marks and undo ----------------------------------------------------------------------------------------

  useTool(tool: Tool): void {
    const { tools, viewer } = this;
    if (tool === 'stenosis' && tools.tool === 'stenosis' && tools.points.length > 1) tools.finish(viewer.run?.pixel_mm_iso ?? 0);
    else if (tool === 'stenosis' && !this.keeps) this.notice = 'A stenosis is measured by the session: this page must have joined it and have the controls.';
    else tools.use(tool);
    if (tools.tool && tools.tool !== 'zoom') viewer.stop();
  }

  /** Index in the session of the picture that a viewer shows. */
  imageOf(viewer: Viewer): number | null {
    return viewer.playing ? null : (viewer.info?.index ?? null);
  }

  /** Marks of one run, in the order made. */
  marksOf(viewer: Viewer): RunMark[] {
    const run = viewer.run;
    if (run?.first_index == null) return [];
    const [first, last] = [run.first_index, run.first_index + run.frames];
    const all = [...((this.suite.room.state.marks ?? []) as RunMark[]), ...this.tools.own];
    return all.filter((mark) => mark.image >= first && mark.image < last);
  }

  removeMark(mark: RunMark): void {
    if (mark.id < 0) this.tools.removeOwn(mark.id);
    else if (this.keep('annotate.remove', { id: mark.id })) this.push({ kind: 'mark' });
  }

  get canUndo(): boolean {
    return this.steps.length > 0 || this.tools.points.length > 0 || this.tools.own.length > 0;
  }

  undo(): void {
    const { tools } = this;
    if (tools.points.length) {
      tools.points = tools.points.slice(0, -1);
      tools.asking = null;
      return;
    }
    const step = this.steps.at(-1);
    this.steps = this.steps.slice(0, -1);
    if (!step) tools.own = tools.own.slice(0, -1);
    else if (step.kind === 'mark') this.keep('annotate.undo', {});
    else if (step.kind === 'removed') this.restore(step.run);
    else {
      const viewer = this.viewers.find((one) => one.run?.number === step.run);
      if (viewer) this.apply(viewer, step.before);
    }
  }

  private push(step: Step): void {
    this.steps = [...this.steps.slice(-99), step];
  }

  // Taking away -------------------------------------------------------------------------------------------

  /** What a saved picture shows and says. */
  private async sheet(frame = this.viewer.frame): Promise<Sheet | null> {
    const { viewer, suite } = this;
    await viewer.ready(frame);
    const picture = viewer.picture();
    if (!viewer.run || !picture) return null;
    const image = this.imageOf(viewer);
    const marks = this.marksOf(viewer).filter((mark) => mark.image === image);
    const patient = suite.room.state.session?.patient;
    return { run: viewer.run, frame: viewer.frame, info: viewer.run.frames_info[viewer.frame - 1] ?? null, picture, subtracted: viewer.subtract, peak: viewer.peak, settings: viewer.settings, shapes: marks.map(shapeOf), patient: patient?.name ?? patient?.id ?? '', phantom: this.phantomOf(viewer.run), session: suite.room.id };
  }

  async savePicture(): Promise<void> {
    const sheet = await this.sheet();
    if (!sheet) return;
    saveBlob(await pictureOf(sheet), `${sheet.session}-run-${sheet.run.number}-frame-${sheet.frame}.png`);
    this.suite.announcer.say('Picture saved');
  }

  async printPicture(): Promise<void> {
    if (this.suite.room.live.xray?.on) {
      this.notice = 'Printing opens a window of the browser, which would stop the X-rays. Let go of the pedal first.';
      return;
    }
    const sheet = await this.sheet();
    if (sheet) await printOf(sheet);
  }

  /** Make a film of the run as it is shown; a second call gives it up. */
  async saveFilm(): Promise<void> {
    if (this.stopFilm) {
      this.stopFilm.abort();
      return;
    }
    const { viewer } = this;
    const stop = new AbortController();
    this.stopFilm = stop;
    this.filming = 0;
    this.notice = null;
    viewer.stop();
    viewer.peak = false;
    try {
      const sheet = await this.sheet();
      if (!sheet) return;
      const film = await filmOf(sheet, (frame) => this.sheet(frame), viewer.fps, (share) => (this.filming = share), stop.signal);
      if (film) saveBlob(film, `${sheet.session}-run-${sheet.run.number}.webm`);
      this.suite.announcer.say(film ? 'Film saved' : 'Film given up');
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
    } finally {
      this.stopFilm = null;
      this.filming = null;
    }
  }
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}

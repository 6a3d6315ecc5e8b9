import type { Room } from '../stream/room.svelte';
import type { Acquisition, Injection, RunPhase } from '../stream/types';
import { added, neighbour, programmeOf, removed, withRate, withSeconds, type Pairs } from './acquisition';

/** Pages of the exposure panel, in the order of its tabs. */
export const PAGES = ['fluoro', 'run', 'injection', 'roadmap', 'phantom'] as const;
export type Page = (typeof PAGES)[number];

const LONGEST_DELAY_S = 60;
const DELAY_STEP_S = 0.5;
const FADE_STEP = 0.1;
/** The room has told what became of a step after this time. */
const TOLD_WITHIN_MS = 400;
/** What the patient does on the word, mm: to the left and towards the head. */
const MOVED_MM = { x_mm: 3, z_mm: 2 };

/** Runs, injections, roadmap, phantom and a patient who moves, as commands and panels ask for them. */
export class Angiography {
  page = $state<Page>('fluoro');

  /** What was just asked for and not told yet: quick steps build on it. */
  private readonly asked = new Map<string, { value: unknown; at: number }>();

  constructor(private readonly room: Room) {}

  private latest<T>(name: string, told: T): T {
    const asked = this.asked.get(name);
    return asked && performance.now() - asked.at < TOLD_WITHIN_MS ? (asked.value as T) : told;
  }

  private remember(name: string, value: unknown): void {
    this.asked.set(name, { value, at: performance.now() });
  }

  turnPage(step: number): void {
    this.page = PAGES[(PAGES.indexOf(this.page) + step + PAGES.length) % PAGES.length] ?? 'fluoro';
  }

  // Acquisition -------------------------------------------------------------------------------------------

  private get now(): Acquisition | undefined {
    return this.room.live.acquisition;
  }

  set(change: Record<string, unknown>): void {
    if ('programme' in change) this.asked.clear();
    this.room.send('acquisition.set', change);
  }

  stepProgramme(step: number): void {
    const all = this.now?.programmes ?? [];
    const at = all.findIndex((one) => one.id === this.now?.programme);
    const next = all[(at + step + all.length) % Math.max(1, all.length)];
    if (next) this.set({ programme: next.id });
  }

  nextLevel(): void {
    const levels = programmeOf(this.now)?.levels ?? [];
    const at = levels.findIndex((one) => one.id === this.now?.level);
    const next = levels[(at + 1) % Math.max(1, levels.length)];
    if (next) this.set({ level: next.id });
  }

  toggleMatrix(): void {
    this.set({ matrix: this.now?.matrix === 1024 ? 512 : 1024 });
  }

  stepRate(phase: number, step: number): void {
    if (this.now) this.setPhases(withRate(this.phases, phase, programmeOf(this.now)?.rates_hz ?? [], step));
  }

  stepSeconds(phase: number, step: number): void {
    if (this.now) this.setPhases(withSeconds(this.phases, phase, step));
  }

  addPhase(): void {
    if (this.now) this.setPhases(added(this.phases, programmeOf(this.now)?.rates_hz ?? []));
  }

  removePhase(): void {
    if (this.now) this.setPhases(removed(this.phases));
  }

  private get phases(): RunPhase[] {
    return this.latest('phases', this.now?.phases ?? []);
  }

  private setPhases(phases: Pairs): void {
    this.remember('phases', phases.map(([rate_hz, seconds]) => ({ rate_hz, seconds })));
    this.set({ phases });
  }

  toggleMask(): void {
    this.set({ mask_when: this.now?.mask.when === 'first' ? 'later' : 'first' });
  }

  stepMask(which: 'frame' | 'count', step: number): void {
    const next = Math.min(which === 'frame' ? 100 : 16, Math.max(1, this.latest(which, this.now?.mask[which] ?? 1) + step));
    this.remember(which, next);
    this.set({ [`mask_${which}`]: next });
  }

  // Injection ---------------------------------------------------------------------------------------------

  setInjection(change: Partial<Injection>): void {
    this.room.send('injection.set', { ...change });
  }

  toggleCoupling(): void {
    this.setInjection({ coupled: !this.room.live.injection?.coupled });
  }

  /** One of the two delays, half a second more or less; setting one takes the other away. */
  stepDelay(which: 'xray_delay_s' | 'injection_delay_s', step: number): void {
    const now = this.latest(which, this.room.live.injection?.[which] ?? 0);
    const next = Math.min(LONGEST_DELAY_S, Math.max(0, now + step * DELAY_STEP_S));
    this.remember(which, next);
    this.setInjection({ [which]: next });
  }

  /** The injector starts; a test phantom fills by itself. */
  inject(): void {
    const { injector, phantom } = this.room.live;
    this.room.send(injector && !phantom ? 'injector.start' : 'injection.start');
  }

  // Roadmap -----------------------------------------------------------------------------------------------

  makeRoadmap(): void {
    this.room.send('roadmap.make');
    this.page = 'roadmap';
  }

  overlay(run: number | undefined): void {
    if (run !== undefined) this.room.send('roadmap.overlay', { run, frame: null });
    this.page = 'roadmap';
  }

  /** Runs with a mask, newest first: what can be laid over fluoroscopy. */
  get overlays(): number[] {
    return (this.room.state.runs ?? []).filter((run) => run.mask.length && !run.removed).map((run) => run.number).reverse();
  }

  fadeTo(value: number): void {
    this.room.send('roadmap.fade', { value: Math.round(Math.min(1, Math.max(0, value)) * 100) / 100 });
  }

  fadeBy(step: number): void {
    const next = Math.min(1, Math.max(0, this.latest('fade', this.room.live.roadmap?.fade ?? 0) + step * FADE_STEP));
    this.remember('fade', next);
    this.fadeTo(next);
  }

  endRoadmap(): void {
    this.room.send('roadmap.off');
  }

  // Phantom and patient -----------------------------------------------------------------------------------

  setPhantom(id: string | null): void {
    this.room.send('phantom.set', { id });
  }

  nextPhantom(): void {
    const all = [null, ...(this.room.live.phantoms ?? []).map((one) => one.id)];
    const at = all.indexOf(this.room.live.phantom?.id ?? null);
    this.setPhantom(all[(at + 1) % all.length] ?? null);
  }

  /** The patient moves on the table, or back. */
  movePatient(back = false): void {
    const sign = back ? -1 : 1;
    this.room.send('patient.shift', { x_mm: sign * MOVED_MM.x_mm, z_mm: sign * MOVED_MM.z_mm });
  }

  setRestless(level: number): void {
    this.room.send('patient.restless', { level });
  }

  nextRestless(): void {
    this.setRestless(neighbourOrFirst(RESTLESS.map((one) => one.level), this.room.live.patient_motion?.restless ?? 0));
  }
}

/** How restless a patient can be told to be. */
export const RESTLESS = [
  { level: 0, words: 'Lies still' },
  { level: 0.3, words: 'A little' },
  { level: 0.6, words: 'Restless' },
  { level: 1, words: 'Very' },
] as const;

function neighbourOrFirst(list: number[], value: number): number {
  const next = neighbour(list, value, 1);
  return next === value ? (list[0] ?? 0) : next;
}

import { asFault } from '../way/loaded.svelte';
import type { ApiError } from '../api';
import { beamAt, frameAt } from './course';
import { pictureAddress, readFrames, readMoment, type Course, type FrameAt, type MomentNow, type RunAt } from './data';
import { Pictures } from './pictures';

export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
const AHEAD = 12;
/** Pictures a second that the screen is given at most. */
const SHOWN_HZ = 15;
const MOMENT_EVERY_MS = 200;

/** One run with its play head: the picture and the state of the room follow it. */
export class Replay {
  t_us = $state(0);
  playing = $state(false);
  speed = $state<number>(1);
  frames = $state.raw<FrameAt[] | null>(null);
  moment = $state.raw<MomentNow | null>(null);
  fault = $state.raw<ApiError | null>(null);
  /** Grows when a picture came, so that whoever shows one draws again. */
  version = $state(0);
  readonly beam = $derived.by(() => beamAt(this.course, this.t_us));
  readonly at = $derived.by(() => (this.frames ? frameAt(this.frames, this.t_us) : -1));
  readonly frame = $derived.by<FrameAt | null>(() => this.frames?.[this.at] ?? null);
  private readonly pictures: Pictures;
  private timer = 0;
  private asking = false;
  private asked = -1;
  private askedAt = 0;
  private closed = false;

  constructor(
    readonly run: RunAt,
    readonly course: Course,
  ) {
    this.pictures = new Pictures(
      (index) => pictureAddress(run, index),
      () => (this.version += 1),
    );
  }

  load = async (): Promise<void> => {
    try {
      this.frames = await readFrames(this.run);
      this.fault = null;
      this.moved();
    } catch (error) {
      this.fault = asFault(error);
    }
  };

  close(): void {
    this.closed = true;
    this.pause();
    clearTimeout(this.later);
    this.pictures.close();
  }

  /** The picture of the play head, or the newest before it that is here. */
  picture(): { bitmap: ImageBitmap; index: number } | null {
    for (let i = this.at; i >= 0 && i > this.at - 30; i--) {
      const index = this.frames?.[i]?.[1] ?? -1;
      const bitmap = this.pictures.get(index);
      if (bitmap) return { bitmap, index };
    }
    return null;
  }

  /** Whether the file or folder lacks the picture of the play head. */
  get isMissing(): boolean {
    return this.frame !== null && this.pictures.lacks(this.frame[1]);
  }

  seek(t_us: number): void {
    const next = Math.min(Math.max(0, Math.round(t_us)), this.course.end_us);
    if (next === this.t_us && this.moment) return;
    this.t_us = next;
    this.moved();
  }

  /** The next or previous picture; where the beam was off, the picture beyond it. */
  step(by: 1 | -1): void {
    this.pause();
    const next = this.frames?.[by < 0 && (this.frame?.[0] ?? 0) < this.t_us ? this.at : this.at + by];
    if (next) this.seek(next[0]);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.playing) return;
    if (this.t_us >= this.course.end_us) this.seek(0);
    this.playing = true;
    let before = performance.now();
    const tick = (now: number): void => {
      if (!this.playing) return;
      const passed_ms = Math.min(now - before, 250);
      before = now;
      const next = this.t_us + passed_ms * 1000 * this.speed;
      this.seek(next);
      if (next >= this.course.end_us) this.playing = false;
      else this.timer = requestAnimationFrame(tick);
    };
    this.timer = requestAnimationFrame(tick);
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.timer);
  }

  slower(by: 1 | -1): void {
    const at = SPEEDS.findIndex((one) => one === this.speed);
    this.speed = SPEEDS[Math.min(Math.max(0, at - by), SPEEDS.length - 1)] ?? 1;
  }

  private moved(): void {
    this.pictures.want(this.ahead());
    void this.ask();
  }

  /** Pictures from the play head on, as far apart as the speed lets them be seen. */
  private ahead(): number[] {
    const { frames, at } = this;
    if (!frames) return [];
    const found: number[] = [];
    const apart_us = this.playing ? (1e6 / SHOWN_HZ) * this.speed : 0;
    let last = -Infinity;
    for (let i = Math.max(0, at); i < frames.length && found.length < AHEAD; i++) {
      const [t, index] = frames[i] as FrameAt;
      if (t - last < apart_us) continue;
      found.push(index);
      last = t;
    }
    if (!this.playing && at > 0) found.push(frames[at - 1]?.[1] ?? found[0] ?? 0);
    return found;
  }

  private later = 0;
  /** The state of the room: one question at a time, the newest moment, a few times a second while it plays. */
  private async ask(): Promise<void> {
    if (this.asking || this.closed) return;
    const wait = this.playing ? this.askedAt + MOMENT_EVERY_MS - performance.now() : 0;
    clearTimeout(this.later);
    if (wait > 0) {
      this.later = window.setTimeout(() => void this.ask(), wait);
      return;
    }
    this.asking = true;
    const t_us = this.t_us;
    this.askedAt = performance.now();
    try {
      const moment = await readMoment(this.run, t_us);
      if (this.closed) return;
      this.moment = moment;
      this.asked = t_us;
      this.fault = null;
    } catch (error) {
      this.fault = asFault(error);
      this.asked = t_us;
    } finally {
      this.asking = false;
    }
    if (this.t_us !== this.asked) void this.ask();
  }
}

import type { ApiError } from '../api';
import { replayDoer, type ReplayAction } from '../desk/replay';
import { asFault } from '../way/loaded.svelte';
import { nextStop, stopsOf, together, type Stop } from './course';
import { addNote, branchFrom, readDebrief, removeNote, type Debrief, type Note, type RunAt } from './data';
import { Replay } from './replay.svelte';

export const LINKS = ['event', 'time', 'off'] as const;
export type Link = (typeof LINKS)[number];

/** Another run beside: its own play head follows this one's. */
export interface Beside {
  debrief: Debrief;
  replay: Replay;
}

/** A debrief that is looked at: its replay, the run beside it, what is chosen, notes. */
export class Viewing {
  debrief = $state.raw() as Debrief;
  readonly replay: Replay;
  beside = $state.raw<Beside | null>(null);
  link = $state<Link>('event');
  busy = $state(false);
  fault = $state.raw<ApiError | null>(null);
  /** The note that was taken away last, until it is brought back or forgotten. */
  removed = $state.raw<Note | null>(null);
  /** Asks the notes' field for the focus. */
  writing = $state(0);
  /** What a fault or goal that was chosen is called, for the words beside the pictures. */
  chosen = $state<string | null>(null);
  readonly stops = $derived.by<Stop[]>(() => stopsOf(this.debrief.timeline, this.debrief.score, this.debrief.notes));
  private readonly map = $derived.by<(t_us: number) => number>(() => {
    const { beside } = this;
    if (!beside || this.link !== 'event') return (t_us) => t_us;
    return together(this.debrief.timeline, beside.debrief.timeline);
  });

  constructor(
    debrief: Debrief,
    readonly run: RunAt,
    private readonly leave: (session: string) => void,
  ) {
    this.debrief = debrief;
    this.replay = new Replay(run, debrief.timeline);
  }

  open(): () => void {
    void this.replay.load();
    replayDoer.now = (action) => this.act(action);
    return () => {
      replayDoer.now = null;
      this.replay.close();
      this.beside?.replay.close();
    };
  }

  /** The run beside goes where this one went. */
  follow(): void {
    const { beside, link, replay } = this;
    if (!beside || link === 'off') return;
    beside.replay.seek(this.map(replay.t_us));
  }

  /** Go to where a goal was judged, in both runs. */
  show(id: string, t_us: number | null): void {
    this.chosen = id;
    if (t_us === null) return;
    this.replay.pause();
    this.replay.seek(t_us);
    const there = this.beside?.debrief.score?.goals.find((one) => one.id === id)?.t_us;
    if (this.link !== 'time' && there !== null && there !== undefined) this.beside?.replay.seek(there);
  }

  jump(kinds: readonly Stop['kind'][], by: 1 | -1): void {
    const next = nextStop(this.stops.filter((one) => kinds.includes(one.kind)), this.replay.t_us, by);
    if (!next) return;
    this.replay.pause();
    this.replay.seek(next.t_us);
  }

  act(action: ReplayAction): void {
    const { replay } = this;
    if (action === 'play') replay.toggle();
    else if (action === 'frame-back') replay.step(-1);
    else if (action === 'frame-on') replay.step(1);
    else if (action === 'fault-back') this.jump(['fault'], -1);
    else if (action === 'fault-on') this.jump(['fault'], 1);
    else if (action === 'event-back') this.jump(['event', 'hint', 'answer', 'note'], -1);
    else if (action === 'event-on') this.jump(['event', 'hint', 'answer', 'note'], 1);
    else if (action === 'slower') replay.slower(1);
    else if (action === 'faster') replay.slower(-1);
    else if (action === 'beside') void this.toggleBeside();
    else if (action === 'note') this.writing += 1;
    else void this.fromHere();
  }

  async toggleBeside(): Promise<void> {
    const { attempt } = this.debrief.reference;
    await this.putBeside(this.beside ? null : attempt);
  }

  async putBeside(attempt: string | null): Promise<void> {
    this.beside?.replay.close();
    this.beside = null;
    if (!attempt) return;
    const run: RunAt = { kind: 'attempts', id: attempt };
    try {
      const debrief = await readDebrief(run);
      const replay = new Replay(run, debrief.timeline);
      this.beside = { debrief, replay };
      await replay.load();
      this.follow();
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  async fromHere(): Promise<void> {
    if (this.busy || this.run.kind !== 'attempts') return;
    this.replay.pause();
    this.busy = true;
    try {
      this.leave((await branchFrom(this.run.id, this.replay.t_us)).id);
    } catch (error) {
      this.fault = asFault(error);
    } finally {
      this.busy = false;
    }
  }

  async write(text: string, by: string): Promise<boolean> {
    try {
      const note = await addNote(this.run, { t_us: this.replay.t_us, text, by });
      this.keep([...this.debrief.notes, note]);
      return true;
    } catch (error) {
      this.fault = asFault(error);
      return false;
    }
  }

  async remove(note: Note): Promise<void> {
    try {
      this.keep(await removeNote(this.run, note.id));
      this.removed = note;
    } catch (error) {
      this.fault = asFault(error);
    }
  }

  async bringBack(): Promise<void> {
    const { removed } = this;
    this.removed = null;
    if (!removed) return;
    try {
      this.keep([...this.debrief.notes, await addNote(this.run, removed)]);
    } catch (error) {
      this.fault = asFault(error);
      this.removed = removed;
    }
  }

  private keep(notes: Note[]): void {
    this.debrief = { ...this.debrief, notes: notes.toSorted((a, b) => a.t_us - b.t_us || a.id - b.id) };
  }
}

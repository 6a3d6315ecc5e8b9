import type { Room } from '../stream/room.svelte';
import type { Task, TaskQuestion } from '../stream/types';
import { deviceOf, ENOUGH, mostUsed, type Device } from './device';

/** A second press within this time finishes; after it, the first is forgotten. */
const ARMED_MS = 6000;
/** What a hint costs, by its level. */
export const COSTS: Record<number, string> = {
  1: 'counts in full',
  2: 'counts as a pass, not for mastery',
  3: 'counts neither as a pass nor for mastery',
};
export const HINT_LEVELS = 3;

/** The task of a session as its page works on it: hints, answers, the end; and with what it is worked. */
export class Doing {
  readonly task = $derived.by<Task | null>(() => this.room.state.task ?? null);
  readonly open = $derived(this.task !== null && !this.task.finished);
  /** Level of the hint that would come next; 0 when none is left. */
  readonly nextHint = $derived.by(() => (this.open && (this.task?.hints_left ?? 0) > 0 ? (this.task?.hints_shown.length ?? 0) + 1 : 0));
  /** Finish was pressed once. */
  armed = $state(false);
  private picked = $state<string | null>(null);
  /** The question that the digits answer: the one picked, else the first without an answer. */
  readonly question = $derived.by<TaskQuestion | null>(() => {
    const all = this.task?.questions ?? [];
    return all.find((one) => one.id === this.picked) ?? all.find((one) => this.task?.answers[one.id] === undefined) ?? all[0] ?? null;
  });

  private timer = 0;
  private readonly acts = new Map<Device, number>();
  private hand: Device | null = null;
  private counted = true;
  private told = false;

  constructor(private readonly room: Room) {
    window.addEventListener('keydown', this.onKey, true);
    window.addEventListener('pointerdown', this.onPointer, true);
  }

  dispose(): void {
    clearTimeout(this.timer);
    window.removeEventListener('keydown', this.onKey, true);
    window.removeEventListener('pointerdown', this.onPointer, true);
  }

  hint(): void {
    if (this.nextHint) this.room.send('task.hint', { level: this.nextHint });
  }

  answer(question: string, option: string): void {
    this.picked = question;
    this.room.send('task.answer', { question, answer: option });
  }

  /** The option of this number, from 1, of the question in hand; then the next question is in hand. */
  answerAt(number: number): void {
    const { question } = this;
    const option = question?.options?.[number - 1];
    if (!question || !option) return;
    this.answer(question.id, option.id);
    this.picked = null;
  }

  stepQuestion(step: number): void {
    const all = this.task?.questions ?? [];
    const at = all.findIndex((one) => one.id === this.question?.id);
    this.picked = all[(at + step + all.length) % Math.max(1, all.length)]?.id ?? null;
  }

  /** The first press asks for a second; nothing else is in the way of the pedals. */
  finish(): void {
    clearTimeout(this.timer);
    if (!this.armed) {
      this.armed = true;
      this.timer = window.setTimeout(() => (this.armed = false), ARMED_MS);
      return;
    }
    this.armed = false;
    this.tellDevice();
    this.room.send('task.finish');
  }

  /** Something was done in the room; the device of the event that asked for it counts once. */
  acted(): void {
    if (this.told || this.task?.input || this.counted || !this.hand || !this.open) return;
    this.counted = true;
    this.acts.set(this.hand, (this.acts.get(this.hand) ?? 0) + 1);
    if ([...this.acts.values()].reduce((sum, count) => sum + count, 0) >= ENOUGH) this.tellDevice();
  }

  private tellDevice(): void {
    const device = mostUsed(this.acts) ?? this.hand;
    if (this.told || this.task?.input || !device) return;
    this.told = true;
    this.room.send('task.input', { device });
  }

  private readonly onKey = (): void => this.use('keyboard');
  private readonly onPointer = (event: PointerEvent): void => this.use(deviceOf(event.pointerType));

  private use(device: Device): void {
    this.hand = device;
    this.counted = false;
  }
}

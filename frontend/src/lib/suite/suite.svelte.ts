import { Blood } from '../blood/blood.svelte';
import { Bindings } from '../commands/bindings.svelte';
import { available, command, type Command, type Mode } from '../commands/commands';
import { Keyboard } from '../commands/keyboard';
import { Instruments } from '../instruments/instruments.svelte';
import { remediesOf } from '../remedies/remedies.svelte';
import { Review } from '../review/review.svelte';
import { Room } from '../stream/room.svelte';
import type { Collimator, Exposure, Pose } from '../stream/types';
import { getSettings, putSettings } from '../api';
import { treatingOf } from '../treating/treating.svelte';
import { Announcer } from './announcer.svelte';
import { Angiography } from './angiography.svelte';
import { COSTS, Doing } from './doing.svelte';
import { Marks } from './marks.svelte';
import { Sound } from './sound';
import { View } from './view.svelte';
import { XrayPedals } from './xray.svelte';

export type SheetName = 'palette' | 'keys' | 'bindings' | 'rewind' | 'cupboard' | 'encoders';
/** What shares the place of C-arm and table, and that of the second monitor. */
export type ArmPage = 'carm' | 'room' | 'catheter' | 'injector' | 'gas' | 'pressure' | 'remedies' | 'treating';
export type RefPage = 'reference' | 'tree' | 'slices';

/** Everything that one suite page can do, as commands and panels call it. */
export class Suite {
  readonly room: Room;
  readonly xray: XrayPedals;
  readonly view: View;
  readonly marks: Marks;
  readonly angio: Angiography;
  readonly review: Review;
  readonly doing: Doing;
  readonly blood: Blood;
  readonly instruments: Instruments;
  readonly bindings = new Bindings();
  readonly sound = new Sound();
  readonly announcer = new Announcer();
  readonly keyboard: Keyboard;

  mode = $state<Mode | null>(null);
  sheet = $state<SheetName | null>(null);
  /** Ids of the commands whose key is down. */
  held = $state.raw<string[]>([]);
  windowLost = $state(false);
  /** The page is so small that it joins to watch; it operates only when somebody takes over on it. */
  tooSmall = $state(false);
  referencePage = $state(false);
  /** What the panels at the right and the dose panel show. */
  patientPage = $state<'patient' | 'task'>('patient');
  armPage = $state<ArmPage>('carm');
  refPage = $state<RefPage>('reference');
  dosePage = $state<'dose' | 'skin'>('dose');
  soundOn = $state(true);
  /** Page-side notice (refusals and the like); cleared by the next command. */
  notice = $state<string | null>(null);
  /** While re-binding: takes the next chord instead of running it. */
  capture: ((chord: string) => void) | null = null;
  focusLive: () => void = () => {};
  /** Keys of the hands count while the dock shows them; runs under review have keys of their own. */
  readonly handsHaveKeys = $derived.by(() => this.instruments.on && this.instruments.dock === 'hands' && !this.mode?.startsWith('review'));
  /** Operator as far as the server says; unknown counts as operator until it does. */
  readonly operator = $derived.by(() => !this.lookingOnly && !this.room.over && (this.tooSmall ? this.room.state.role === 'operator' : this.room.state.role !== 'watch'));

  /**
   * @param watchOnly joins without asking for the controls
   * @param lookingOnly has no pedals and moves nothing, whoever it joins as: a page for looking at runs
   */
  constructor(
    id: string,
    watchOnly: boolean,
    readonly lookingOnly = false,
  ) {
    this.room = new Room(id, watchOnly ? 'watch' : 'operator');
    this.tooSmall = watchOnly;
    this.xray = new XrayPedals(this.room, () => this.mayPress());
    this.view = new View(this.room);
    this.marks = new Marks(this.room);
    this.angio = new Angiography(this.room);
    this.review = new Review(this);
    this.doing = new Doing(this.room);
    this.blood = new Blood(this.room);
    this.instruments = new Instruments(this.room, () => this.operator && this.room.ready);
    // Made here and not by whoever asks first: what a button makes while it is drawn goes stale with that button.
    remediesOf(this);
    treatingOf(this);
    this.instruments.hands.onButton = (id, pressed) => this.press(id, pressed);
    this.xray.onPress = () => {
      this.notice = null;
      this.sound.wake();
      this.doing.acted();
    };
    this.room.onLost = () => {
      this.dropAll('Connection lost');
      this.instruments.hands.lost();
    };
    this.keyboard = new Keyboard(this);
    window.addEventListener('blur', this.onBlur);
    window.addEventListener('focus', this.onFocus);
    window.addEventListener('pointerdown', this.onFocus, true);
    document.addEventListener('visibilitychange', this.onHidden);
    void this.bindings.load().catch(() => undefined);
    void getSettings()
      .then((settings) => this.useSound(settings.sound !== false))
      .catch(() => undefined);
  }

  dispose(): void {
    this.keyboard.dispose();
    window.removeEventListener('blur', this.onBlur);
    window.removeEventListener('focus', this.onFocus);
    window.removeEventListener('pointerdown', this.onFocus, true);
    document.removeEventListener('visibilitychange', this.onHidden);
    this.dropAll('Page closed');
    this.sound.dispose();
    this.announcer.dispose();
    this.review.dispose();
    this.doing.dispose();
    this.instruments.dispose();
    this.room.close();
  }

  run(one: Command | string, fine = false): void {
    const found = typeof one === 'string' ? command(one) : one;
    if (!available(found, this)) return;
    this.notice = null;
    found.run(this, fine);
    if (found.group !== 'page' && found.group !== 'task') this.doing.acted();
  }

  /** A button that is no key (of a gamepad) went down or up. */
  private press(id: string, down: boolean): void {
    const one = command(id);
    if (down) this.run(one);
    else one.release?.(this);
  }

  // X-rays ------------------------------------------------------------------------------------------------

  /** A press that comes too early starts nothing, now or later: it is told, and a new press is needed. */
  private mayPress(): boolean {
    if (!this.operator) return false;
    if (this.room.ready) return true;
    const why = this.room.phase === 'connecting' || this.room.phase === 'open' ? 'the room was not ready' : 'the connection was lost';
    this.notice = `No X-rays from this press: ${why}. Let go, and press again when the monitor is live`;
    this.announcer.say(this.notice);
    return false;
  }

  private readonly onBlur = (): void => {
    this.windowLost = true;
    this.dropAll('Window lost focus');
  };

  private readonly onFocus = (): void => {
    this.windowLost = false;
  };

  private readonly onHidden = (): void => {
    if (document.hidden) this.dropAll('Page hidden');
  };

  private dropAll(reason: string): void {
    this.instruments.hands.letGo();
    this.keyboard.letGo();
    this.xray.dropAll(reason);
  }

  /** A command of a part that has its own picture of the room. */
  tell(name: string, args: Record<string, unknown>): void {
    this.notice = null;
    this.room.send(name, args);
    this.doing.acted();
  }

  // C-arm, table, field -----------------------------------------------------------------------------------

  move(axis: string, rate: number): void {
    this.room.send('gantry.move', { axis, rate });
  }

  goTo(pose: Partial<Pose>): void {
    this.room.send('gantry.goto', { pose });
    this.mode = null;
  }

  /** Pose of a digit: one saved under it, else the machine's own in their order. */
  poseAt(slot: number): { name: string; slot: string; saved: boolean; pose: Partial<Pose> } | null {
    const poses = this.room.state.poses ?? [];
    const saved = poses.find((pose) => pose.slot === String(slot));
    if (saved) return { name: `Saved ${slot}`, slot: saved.slot, saved: true, pose: saved.pose };
    const own = poses.filter((pose) => !/^\d$/.test(pose.slot))[slot - 1];
    if (!own) return null;
    return { name: own.name ?? poseName(own.slot), slot: own.slot, saved: false, pose: own.pose };
  }

  hasPose(slot: number): boolean {
    return this.poseAt(slot) !== null;
  }

  goToSlot(slot: number): void {
    const there = this.poseAt(slot);
    if (there) this.room.send('gantry.recall', { slot: there.slot });
    this.mode = null;
  }

  storeSlot(slot: number): void {
    this.room.send('gantry.store', { slot: String(slot) });
    this.mode = null;
    this.announcer.say(`Pose ${slot} saved`);
  }

  moveBlades(edge: string, rate: number): void {
    this.room.send('collimator.move', { edge, rate });
  }

  setBlades(blades: Partial<Collimator>): void {
    this.room.send('collimator.set', { ...blades });
  }

  moveWedge(side: string, by: number): void {
    const now = this.room.live.wedges?.find((wedge) => wedge.side === side);
    const insert = Math.min(1, Math.max(0, (now?.insert ?? 0) + by));
    this.room.send('wedge.set', { side, insert, angle_deg: now?.angle_deg ?? 0 });
  }

  // Exposure and display ----------------------------------------------------------------------------------

  setExposure(change: Partial<Exposure>): void {
    this.room.send('exposure.set', { ...change });
  }

  stepExposure(key: 'fov_cm' | 'pulse_rate', step: number): void {
    const now = this.room.live.exposure;
    const choices = [...((key === 'fov_cm' ? now?.fovs : now?.pulse_rates) ?? [])].sort((a, b) => a - b);
    const at = choices.indexOf(now?.[key] ?? NaN);
    const next = choices[at + step];
    if (at >= 0 && next !== undefined) this.setExposure({ [key]: next });
  }

  cycleDoseLevel(): void {
    const now = this.room.live.exposure;
    const levels = (now?.dose_levels ?? []).map((level) => level.id);
    const next = levels[(levels.indexOf(now?.dose_level ?? '') + 1) % Math.max(1, levels.length)];
    if (next) this.setExposure({ dose_level: next });
  }

  stepRecursive(): void {
    const steps = [0, 0.3, 0.5, 0.7];
    const now = this.room.live.display?.recursive ?? 0;
    const next = steps.find((step) => step > now + 0.01) ?? 0;
    this.room.send('display.set', { recursive: next });
  }

  // Pictures ----------------------------------------------------------------------------------------------

  store(): void {
    this.room.send('store.fluoro');
    this.announcer.say('Image stored');
  }

  setReference(index: number | null): void {
    this.room.send('store.reference', { index });
  }

  stepReference(step: number): void {
    if (this.refPage === 'slices') {
      this.blood.slicing.step(step);
      return;
    }
    const stored = this.room.live.stored ?? [];
    const at = stored.findIndex((image) => image.index === this.room.live.reference);
    const next = stored[at < 0 ? stored.length - 1 : at + step];
    if (next) this.setReference(next.index);
  }

  toggleReferencePage(): void {
    this.referencePage = !this.referencePage;
  }

  // Patient, session, page --------------------------------------------------------------------------------

  breathe(to: 'in' | 'out' | 'hold' | 'free'): void {
    this.room.send('patient.breathe', { to });
  }

  mark(): void {
    this.room.send('session.note', { text: 'Marked' });
    this.announcer.say('Marked');
  }

  togglePause(): void {
    this.room.send(this.room.live.paused ? 'session.resume' : 'session.pause');
  }

  // Task --------------------------------------------------------------------------------------------------

  turnPatient(): void {
    this.patientPage = this.patientPage === 'task' ? 'patient' : 'task';
  }

  answerMode(): void {
    this.patientPage = 'task';
    this.setMode('answer');
    const { question } = this.doing;
    if (this.mode === 'answer' && question) this.announcer.say(`${question.text} ${(question.options ?? []).map((one, n) => `${n + 1}: ${one.text}`).join(', ')}`);
  }

  answer(number: number): void {
    const option = this.doing.question?.options?.[number - 1];
    this.doing.answerAt(number);
    if (this.doing.task?.questions?.length === 1) this.mode = null;
    if (option) this.announcer.say(`Answered: ${option.text}`);
  }

  hint(): void {
    this.patientPage = 'task';
    this.announcer.say(`Hint ${this.doing.nextHint}, ${COSTS[this.doing.nextHint]}`);
    this.doing.hint();
  }

  finish(): void {
    this.patientPage = 'task';
    this.doing.finish();
    if (this.doing.armed) this.announcer.say('Press again to finish the task');
  }

  takeOver(): void {
    this.room.send('session.take');
  }

  toggleSound(): void {
    this.useSound(!this.soundOn);
    void putSettings({ sound: this.soundOn }).catch(() => undefined);
  }

  private useSound(on: boolean): void {
    this.soundOn = on;
    this.sound.tone = on;
  }

  /** A page in the place of the C-arm, or the C-arm again. */
  turnArm(page: ArmPage): void {
    this.armPage = this.armPage === page ? 'carm' : page;
    if (this.armPage === 'catheter') void this.blood.need();
  }

  /** A page in the place of the reference image, or the image again. */
  turnReference(page: RefPage): void {
    this.refPage = this.refPage === page ? 'reference' : page;
    if (this.refPage === 'tree') void this.blood.need();
    if (this.refPage === 'slices') void this.blood.slicing.need();
  }

  /** Catheter or injector has the keys, and its page is open. */
  bloodMode(mode: 'catheter' | 'injector'): void {
    this.setMode(mode);
    if (!this.mode) return;
    this.armPage = mode;
    void this.blood.need();
  }

  setMode(mode: Mode): void {
    this.mode = this.mode === mode ? null : mode;
  }

  toggleSheet(name: SheetName): void {
    this.sheet = this.sheet === name ? null : name;
    if (!this.sheet) this.focusLive();
  }

  leave(): void {
    if (this.sheet) {
      this.sheet = null;
      this.focusLive();
    } else if (this.mode) {
      this.mode = null;
    } else if (this.marks.tool) {
      this.marks.cancel();
      this.marks.tool = null;
    } else if (this.blood.onPicture) {
      this.blood.togglePicture();
    } else {
      this.focusLive();
    }
  }

  movePanel(step: number): void {
    const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')].filter((one) => one.offsetParent !== null);
    const at = panels.findIndex((panel) => panel.contains(document.activeElement));
    panels[(at + step + panels.length) % panels.length]?.focus();
  }
}

/** `lao-30` as `LAO 30`. */
function poseName(slot: string): string {
  return slot.replace(/-/g, ' ').replace(/^(ap|lao|rao|cra|cau)\b/i, (word) => word.toUpperCase());
}

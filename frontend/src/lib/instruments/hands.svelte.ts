import type { Room } from '../stream/room.svelte';
import { findInside, type Inside, type InstrumentsState } from './data';
import { Driver } from './driver';
import { EMPTY, gripAfter, nextAccess, taken, type Grip } from './grip';
import { buttonChanges, STANDARD, stickRates, type HandName, type PadMap, type Way } from './pads';
import { gearOf, notches, RATES, type Gear } from './rates';

/** A way that a key of a hand asks for. */
export type Push = 'advance' | 'withdraw' | 'left' | 'right';
const HANDS: readonly HandName[] = ['first', 'second'];

/**
 * Two hands on the tools in the patient: what each holds, and what keys, wheel, drag, sticks and encoders ask of
 * it. Losing the window, the pointer or the socket lets everything go.
 */
export class Hands {
  grip = $state.raw<Grip>(EMPTY);
  /** Chosen on the page; a modifier that is held goes before it. */
  gear = $state<Gear>('normal');
  fine = $state(false);
  coarse = $state(false);
  readonly now = $derived(gearOf(this.gear, this.fine, this.coarse));
  /** A pad is connected. */
  pad = $state<string | null>(null);

  readonly driver: Driver;
  private readonly pushed: Record<HandName, Set<Push>> = { first: new Set(), second: new Set() };
  private known: ReadonlySet<string> | null = null;
  private map: PadMap = STANDARD;
  private down: ReadonlySet<string> = new Set();
  private polling = 0;
  /** Set by the suite: a button of a pad runs or releases a command. */
  onButton: (command: string, pressed: boolean) => void = () => {};

  constructor(
    private readonly room: Room,
    private readonly may: () => boolean,
  ) {
    this.driver = new Driver({
      drive: (tool, mm_s, deg_s) => void this.room.send('instrument.drive', { tool, mm_s, deg_s }),
      move: (tool, mm, deg) => void this.room.send('instrument.move', { tool, mm, deg }),
      halt: () => void this.room.send('instrument.halt'),
    });
    window.addEventListener('keydown', this.onKey, true);
    window.addEventListener('keyup', this.onKey, true);
    window.addEventListener('gamepadconnected', this.onPad);
    window.addEventListener('gamepaddisconnected', this.onPad);
  }

  dispose(): void {
    this.letGo();
    cancelAnimationFrame(this.polling);
    window.removeEventListener('keydown', this.onKey, true);
    window.removeEventListener('keyup', this.onKey, true);
    window.removeEventListener('gamepadconnected', this.onPad);
    window.removeEventListener('gamepaddisconnected', this.onPad);
  }

  /** What the room has now; hands follow what goes in and comes out. */
  follow(state: InstrumentsState): void {
    const next = gripAfter(this.grip, this.known, state);
    this.known = new Set(Object.values(state.stacks).flatMap((stack) => stack.tools.map((tool) => tool.tool)));
    if (next.first !== this.grip.first || next.second !== this.grip.second || next.access !== this.grip.access) this.use(next);
  }

  tool(hand: HandName): Inside | null {
    return findInside(this.room.state.instruments, this.grip[hand])?.tool ?? null;
  }

  // Which tool -------------------------------------------------------------------------------------------

  take(number: number, hand: HandName = 'first'): void {
    const state = this.room.state.instruments;
    if (state) this.use(taken(this.grip, state, hand, number));
  }

  takeTool(tool: string, hand: HandName = 'first'): void {
    const stack = this.room.state.instruments?.stacks[this.grip.access ?? ''];
    this.take((stack?.tools.findIndex((one) => one.tool === tool) ?? -1) + 1, hand);
  }

  next(hand: HandName): void {
    const tools = this.room.state.instruments?.stacks[this.grip.access ?? '']?.tools ?? [];
    const at = tools.findIndex((one) => one.tool === this.grip[hand]);
    if (tools.length) this.take(((at + 1) % tools.length) + 1, hand);
  }

  swap(): void {
    const { first, second } = this.grip;
    if (first && second) this.use({ ...this.grip, first: second, second: first });
  }

  enter(access?: string): void {
    const state = this.room.state.instruments;
    if (state) this.use(nextAccess(this.grip, state, access));
  }

  private use(grip: Grip): void {
    this.grip = grip;
    for (const hand of HANDS) this.apply(hand);
    this.applyPad();
  }

  // Keys and buttons, held ---------------------------------------------------------------------------------

  press(hand: HandName, push: Push): void {
    this.pushed[hand].add(push);
    this.apply(hand);
  }

  release(hand: HandName, push: Push): void {
    this.pushed[hand].delete(push);
    this.apply(hand);
  }

  setCoarse(on: boolean): void {
    this.coarse = on;
    this.applyAll();
  }

  setFine(on: boolean): void {
    this.fine = on;
    this.applyAll();
  }

  choose(gear: Gear): void {
    this.gear = gear;
    this.applyAll();
  }

  private applyAll(): void {
    for (const hand of HANDS) this.apply(hand);
  }

  private apply(hand: HandName): void {
    const pushed = this.pushed[hand];
    const rates = RATES[gearOf(this.gear, this.fine, this.coarse)];
    const one = (plus: Push, minus: Push): number => (pushed.has(plus) ? 1 : 0) - (pushed.has(minus) ? 1 : 0);
    const tool = this.may() ? this.grip[hand] : null;
    this.driver.hold(`keys ${hand}`, tool, rates.mm_s * one('advance', 'withdraw'), rates.deg_s * one('right', 'left'));
  }

  /** Shift is fine, also when it comes while a key is held. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Shift' || event.repeat) return;
    this.setFine(event.type === 'keydown');
  };

  // So much: wheel, drag, encoders -------------------------------------------------------------------------

  wheel(event: WheelEvent, hand: HandName = 'first'): void {
    const count = notches(event);
    const rates = RATES[gearOf(this.gear, event.shiftKey, this.coarse)];
    if (event.altKey) this.nudge(hand, 0, count * rates.notch_deg);
    else this.nudge(hand, count * rates.notch_mm, 0);
  }

  /** Pixels up and to the right. */
  drag(up: number, right: number, hand: HandName): void {
    const rates = RATES[gearOf(this.gear, this.fine, this.coarse)];
    this.nudge(hand, up * rates.drag_mm, right * rates.drag_deg);
  }

  nudge(hand: HandName, mm: number, deg: number): void {
    if (this.may()) this.driver.move(this.grip[hand], mm, deg);
  }

  encode(hand: HandName, way: Way, amount: number): void {
    this.nudge(hand, way === 'advance' ? amount : 0, way === 'turn' ? amount : 0);
  }

  // Gamepads -----------------------------------------------------------------------------------------------

  private pads(): Gamepad[] {
    return [...(navigator.getGamepads?.() ?? [])].filter((one): one is Gamepad => one !== null && one.connected);
  }

  private readonly onPad = (): void => {
    this.pad = this.pads()[0]?.id ?? null;
    cancelAnimationFrame(this.polling);
    if (this.pad) this.poll();
    else this.freePad();
  };

  private poll(): void {
    this.polling = requestAnimationFrame(() => this.poll());
    this.applyPad();
  }

  private applyPad(): void {
    const [pad] = this.pads();
    if (!pad) return;
    const free = this.may() && document.hasFocus();
    const slow = this.fine ? RATES.fine.mm_s / RATES.normal.mm_s : 1;
    for (const hand of HANDS) {
      const { mm_s, deg_s } = stickRates(pad, this.map, hand);
      this.driver.hold(`pad ${hand}`, free ? this.grip[hand] : null, mm_s * slow, deg_s * slow);
    }
    const { down, pressed, released } = buttonChanges(pad, this.map, this.down);
    this.down = down;
    for (const id of released) this.onButton(id, false);
    if (free) for (const id of pressed) this.onButton(id, true);
  }

  private freePad(): void {
    for (const hand of HANDS) this.driver.hold(`pad ${hand}`, null, 0, 0);
    for (const id of this.down) this.onButton(id, false);
    this.down = new Set();
  }

  /** Motors of connected pads, for the tremor of force. */
  get shakers(): GamepadHapticActuator[] {
    return this.pad ? this.pads().flatMap((one) => one.vibrationActuator ?? []) : [];
  }

  // Letting go ---------------------------------------------------------------------------------------------

  letGo(): void {
    for (const hand of HANDS) this.pushed[hand].clear();
    this.fine = false;
    this.coarse = false;
    this.driver.letGo();
  }

  /** The socket is gone: the room stops by itself, and nothing of before counts when it comes back. */
  lost(): void {
    this.letGo();
    this.driver.forget();
  }
}

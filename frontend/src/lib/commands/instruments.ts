import { isShort, isWire } from '../instruments/fit.ts';
import type { Push } from '../instruments/hands.svelte';
import type { HandName } from '../instruments/pads';
import type { Suite } from '../suite/suite.svelte';
import type { Command } from './commands';

const here = (s: Suite): boolean => s.instruments.on;
const held = (s: Suite): boolean => here(s) && s.instruments.held() !== null;
const second = (s: Suite): boolean => here(s) && s.instruments.held('second') !== null;
const tube = (s: Suite): boolean => held(s) && !isWire(s.instruments.held() ?? { kind: '' });
const wire = (s: Suite): boolean => held(s) && isWire(s.instruments.held() ?? { kind: '' });
const picked = (s: Suite): boolean => here(s) && s.instruments.picked !== null;
const practice = (s: Suite): boolean => here(s) && s.doing.task?.mode !== 'assessed';

/** A key of a hand: drives while it is down. */
function push(hand: HandName, way: Push, keys: string[], label: string, short: string, more: Partial<Command> = {}): Command {
  return {
    id: `${hand === 'first' ? 'hands' : 'second'}.${way}`,
    label,
    short,
    group: 'instruments',
    keys,
    mode: 'hands',
    hold: true,
    when: hand === 'first' ? held : second,
    run: (s) => s.instruments.hands.press(hand, way),
    release: (s) => s.instruments.hands.release(hand, way),
    ...more,
  };
}

/** Both the plain chord and the one with Shift, which is fine: no everyday chord with Shift comes between. */
const both = (code: string): string[] => [code, `Shift+${code}`];

/** An arrow, while the arrows belong to the second hand. */
function arrow(way: Push, code: string, label: string): Command {
  return push('second', way, both(code), label, way, { id: `second.arrow_${way}`, mode: 'second' });
}

/** A sheath is picked that an entry can have for its own. */
function shortSheath(s: Suite): boolean {
  const { picked } = s.instruments;
  return here(s) && picked?.kind === 'sheath' && isShort(s.instruments.byId.get(picked.device));
}

function changeSheath(s: Suite): void {
  s.instruments.changeSheath();
  if (s.mode === 'table') s.setMode('table');
}

function cupboard(s: Suite): void {
  void s.instruments.need();
  s.toggleSheet('cupboard');
}

function load(s: Suite): void {
  s.instruments.load();
  if (s.mode === 'table') s.setMode('table');
}

export const instrumentCommands: Command[] = [
  { id: 'page.hands', label: 'Wires and catheters below the monitors, or the image tools', short: 'instruments', group: 'page', keys: ['KeyB'], watch: true, when: here, run: (s) => s.instruments.toggleDock() },
  { id: 'page.cupboard', label: 'Cupboard: find a wire, a catheter, a sheath', short: 'cupboard', group: 'page', keys: ['KeyZ'], watch: true, when: here, run: cupboard },
  { id: 'page.encoders', label: 'Gamepad, MIDI and HID encoders for the hands; force as sound and vibration', short: 'encoders', group: 'page', keys: ['Shift+KeyZ'], watch: true, when: here, run: (s) => s.toggleSheet('encoders') },
  { id: 'hands.course', label: 'First minutes with wire and catheter, step by step', short: 'first minutes', group: 'page', keys: ['Shift+F1'], watch: true, when: here, run: (s) => s.instruments.begin() },

  // First hand
  push('first', 'advance', both('KeyW'), 'Advance what the hand holds (Shift: fine)', 'advance'),
  push('first', 'withdraw', both('KeyS'), 'Withdraw what the hand holds (Shift: fine)', 'withdraw'),
  push('first', 'left', both('KeyA'), 'Turn it to the left, anticlockwise seen from the hub', 'turn ⟲'),
  push('first', 'right', both('KeyD'), 'Turn it to the right, clockwise seen from the hub', 'turn ⟳'),
  { id: 'hands.fast', label: 'Coarse: four times as fast, while held', short: 'coarse', group: 'instruments', keys: both('KeyQ'), mode: 'hands', hold: true, when: here, run: (s) => s.instruments.hands.setCoarse(true), release: (s) => s.instruments.hands.setCoarse(false) },
  { id: 'hands.slow', label: 'Fine: a fifth as fast, while held (as Shift)', short: 'fine', group: 'instruments', keys: [], mode: 'hands', hold: true, when: here, run: (s) => s.instruments.hands.setFine(true), release: (s) => s.instruments.hands.setFine(false) },
  ...[1, 2, 3, 4].map((n): Command => ({ id: `hands.tool.${n}`, label: `Hold tool ${n}, 1 the innermost`, short: `hold ${n}`, group: 'instruments', keys: [`Digit${n}`], mode: 'hands', when: (s) => here(s) && (s.instruments.stack?.tools.length ?? 0) >= n, run: (s) => s.instruments.hands.take(n) })),
  { id: 'hands.next_tool', label: 'Hold the next tool', short: 'next tool', group: 'instruments', keys: ['Digit5'], mode: 'hands', when: held, run: (s) => s.instruments.hands.next('first') },
  { id: 'hands.pin', label: 'Pin it: the other hand holds it where it is, or lets go', short: 'pin', group: 'instruments', keys: ['KeyX'], mode: 'hands', when: held, run: (s) => s.instruments.pin(s.instruments.held()) },
  { id: 'hands.torquer', label: 'Torque device on the wire, or off', short: 'torque device', group: 'instruments', keys: ['KeyE'], mode: 'hands', when: wire, run: (s) => s.instruments.torquer(s.instruments.held()) },
  { id: 'hands.flush', label: 'Flush the tube that the hand holds', short: 'flush', group: 'instruments', keys: ['KeyF'], mode: 'hands', when: tube, run: (s) => s.instruments.flush(s.instruments.held()?.tool) },
  { id: 'hands.connect', label: 'Injector, manifold and pressure line on its hub', short: 'connect', group: 'instruments', keys: ['Shift+KeyF'], mode: 'hands', when: tube, run: (s) => s.instruments.connect(s.instruments.held()) },
  { id: 'hands.remove', label: 'Draw it out wholly', short: 'draw out', group: 'instruments', keys: ['Alt+Delete'], mode: 'hands', when: held, run: (s) => s.instruments.remove(s.instruments.held()) },
  { id: 'hands.halt', label: 'All hands off the instruments', short: 'hands off', group: 'instruments', keys: ['Delete'], mode: 'hands', when: here, run: (s) => s.instruments.halt() },
  { id: 'hands.swap', label: 'Change hands: the second holds what the first held', short: 'change hands', group: 'instruments', keys: ['Digit6'], mode: 'hands', when: second, run: (s) => s.instruments.hands.swap() },
  { id: 'hands.access', label: 'Next place of entry', short: 'next entry', group: 'instruments', keys: ['Digit9'], mode: 'hands', when: (s) => here(s) && (s.room.state.instruments?.accesses.length ?? 0) > 1, run: (s) => s.instruments.hands.enter() },
  { id: 'hands.aid', label: '“Where is my wire”: the vessel of each tip in words (practice only)', short: 'where is it', group: 'instruments', keys: ['Shift+KeyM'], mode: 'hands', when: practice, run: (s) => s.instruments.aid() },

  // Second hand
  push('second', 'advance', ['Numpad8', 'Shift+Numpad8'], 'Second hand: advance', '2nd advance'),
  push('second', 'withdraw', ['Numpad5', 'Shift+Numpad5', 'Numpad2', 'Shift+Numpad2'], 'Second hand: withdraw', '2nd withdraw'),
  push('second', 'left', ['Numpad4', 'Shift+Numpad4'], 'Second hand: turn to the left', '2nd turn ⟲'),
  push('second', 'right', ['Numpad6', 'Shift+Numpad6'], 'Second hand: turn to the right', '2nd turn ⟳'),
  { id: 'second.next_tool', label: 'Second hand: the next tool', short: '2nd next', group: 'instruments', keys: ['Digit7', 'Numpad9'], mode: 'hands', when: held, run: (s) => s.instruments.hands.next('second') },
  { id: 'mode.second', label: 'Arrows drive the second hand, or the table again', short: 'arrows: 2nd hand', group: 'instruments', keys: ['Digit8'], mode: 'hands', when: second, run: (s) => s.setMode('second') },
  arrow('advance', 'ArrowUp', 'Second hand by arrows: advance'),
  arrow('withdraw', 'ArrowDown', 'Second hand by arrows: withdraw'),
  arrow('left', 'ArrowLeft', 'Second hand by arrows: turn to the left'),
  arrow('right', 'ArrowRight', 'Second hand by arrows: turn to the right'),

  // Table
  { id: 'mode.table', label: 'Instrument table: arrows choose, keys prepare and load', short: 'table', group: 'instruments', keys: ['KeyT'], mode: 'hands', when: picked, run: (s) => s.setMode('table') },
  { id: 'bench.previous_item', label: 'Instrument before', short: 'item −', group: 'instruments', keys: ['ArrowUp', 'ArrowLeft'], mode: 'table', repeat: true, when: picked, run: (s) => s.instruments.stepTable(-1) },
  { id: 'bench.next_item', label: 'Next instrument', short: 'item +', group: 'instruments', keys: ['ArrowDown', 'ArrowRight'], mode: 'table', repeat: true, when: picked, run: (s) => s.instruments.stepTable(1) },
  { id: 'bench.flush', label: 'Flush its lumen with saline', short: 'flush', group: 'instruments', keys: ['KeyF'], mode: 'table', when: (s) => picked(s) && !isWire(s.instruments.picked ?? { kind: '' }), run: (s) => s.instruments.flush() },
  { id: 'bench.wet', label: 'Wet its coat', short: 'wet', group: 'instruments', keys: ['KeyW'], mode: 'table', when: (s) => picked(s) && s.instruments.picked?.coat != null, run: (s) => s.instruments.wet() },
  ...[30, 45, 60, 90].map((deg, i): Command => ({ id: `bench.shape.${deg}`, label: `Shape its tip by ${deg}°`, short: `shape ${deg}°`, group: 'instruments', keys: [`Digit${i + 1}`], mode: 'table', when: (s) => picked(s) && s.instruments.picked?.shapeable === true, run: (s) => s.instruments.shape(deg) })),
  { id: 'bench.over', label: 'Into the innermost lumen, or over which tool', short: 'into or over', group: 'instruments', keys: ['KeyO'], mode: 'table', when: (s) => picked(s) && s.instruments.overs.length > 1, run: (s) => s.instruments.nextOver() },
  { id: 'bench.access', label: 'Through which place of entry', short: 'entry', group: 'instruments', keys: ['KeyA'], mode: 'table', when: picked, run: (s) => s.instruments.hands.enter() },
  { id: 'bench.load', label: 'Load it: into the patient', short: 'load', group: 'instruments', keys: ['KeyL'], mode: 'table', when: picked, run: load },
  { id: 'bench.sheath', label: 'Make it the sheath of the place of entry, in place of the one that lies there', short: 'change sheath', group: 'instruments', keys: ['KeyS'], mode: 'table', when: shortSheath, run: changeSheath },
  { id: 'bench.return', label: 'Back into the cupboard', short: 'put back', group: 'instruments', keys: ['KeyR'], mode: 'table', when: picked, run: (s) => s.instruments.giveBack() },
];

import type { Suite } from '../suite/suite.svelte';
import type { Closing } from '../treating/closing.svelte';
import type { Coiling } from '../treating/coiling.svelte';
import type { Filtering } from '../treating/filtering.svelte';
import type { TreatingPage } from '../treating/pages';
import type { Retrieving } from '../treating/retrieving.svelte';
import type { Syringes } from '../treating/syringes.svelte';
import { treatingOf, type Treating } from '../treating/treating.svelte';
import type { Command } from './commands';

const here = (s: Suite): boolean => treatingOf(s).on;
const has = (page: TreatingPage) => (s: Suite): boolean => here(s) && treatingOf(s).pages.includes(page);
const several = (s: Suite): boolean => here(s) && treatingOf(s).all.length > 1;
const turns = (s: Suite): boolean => treatingOf(s).mayTurn;
const syringes = (s: Suite): Syringes => treatingOf(s).syringes;
const coiling = (s: Suite): Coiling => treatingOf(s).coiling;
const filtering = (s: Suite): Filtering => treatingOf(s).filtering;
const retrieving = (s: Suite): Retrieving => treatingOf(s).retrieving;
const closing = (s: Suite): Closing => treatingOf(s).closing;
const agent = (s: Suite): boolean => has('syringe')(s) && syringes(s).device !== null;
const mixes = (s: Suite): boolean => agent(s) && syringes(s).volumes.length + syringes(s).ratios.length > 1;
const injects = (s: Suite): boolean => has('syringe')(s) && syringes(s).mayInject;
const sheath = (s: Suite): boolean => has('closing')(s) && closing(s).hasSheath;
const open = (s: Suite): boolean => has('closing')(s) && closing(s).puncture !== null;

/** A key that is held: does so at once and goes on until it is let go. */
function held(press: (t: Treating, fine: boolean) => void, release: (t: Treating) => void): Pick<Command, 'hold' | 'run' | 'release'> {
  return { hold: true, run: (s, fine) => press(treatingOf(s), fine), release: (s) => release(treatingOf(s)) };
}

export const treatingCommands: Command[] = [
  { id: 'mode.treating', label: 'Balloons and stents: the inflator and the sleeve have the keys', short: 'balloons', group: 'treating', keys: ['Alt+Shift+KeyA'], watch: true, when: here, run: (s) => treatingOf(s).open('treating') },
  { id: 'treat.next', label: 'Next balloon or stent', short: 'next', group: 'treating', keys: ['KeyO'], mode: 'treating', when: several, run: (s) => treatingOf(s).next() },

  // Balloons
  { id: 'inflator.pick', label: 'Take an inflator from the cupboard', short: 'take an inflator', group: 'treating', keys: ['KeyI'], mode: 'treating', when: (s) => here(s) && treatingOf(s).inflator === null, run: (s) => treatingOf(s).pickInflator() },
  { id: 'balloon.prepare', label: 'Prepare the balloon: air out, contrast in', short: 'prepare', group: 'treating', keys: ['KeyP'], mode: 'treating', when: (s) => treatingOf(s).mayPrepare, run: (s) => treatingOf(s).prepare() },
  { id: 'balloon.more', label: 'Inflator up by 1 atm; held: goes on', short: '+1 atm', group: 'treating', keys: ['ArrowUp'], mode: 'treating', when: turns, ...held((t) => t.press(true), (t) => t.release(true)) },
  { id: 'balloon.less', label: 'Inflator down by 1 atm; held: goes on', short: '−1 atm', group: 'treating', keys: ['ArrowDown'], mode: 'treating', when: turns, ...held((t) => t.press(false), (t) => t.release(false)) },
  { id: 'balloon.nominal', label: 'Inflator to the nominal pressure of the balloon', short: 'nominal', group: 'treating', keys: ['KeyN'], mode: 'treating', when: turns, run: (s) => treatingOf(s).toNominal() },
  { id: 'balloon.rated', label: 'Inflator to the rated pressure of the balloon', short: 'rated', group: 'treating', keys: ['KeyR'], mode: 'treating', when: turns, run: (s) => treatingOf(s).toRated() },
  { id: 'balloon.deflate', label: 'Deflate the balloon: vacuum', short: 'deflate', group: 'treating', keys: ['KeyV'], mode: 'treating', when: (s) => treatingOf(s).hasBalloon, run: (s) => treatingOf(s).deflate() },

  // Stents
  { id: 'stent.back', label: 'Draw the sleeve of the stent back, while held', short: 'sleeve back', group: 'treating', keys: ['ArrowLeft'], mode: 'treating', when: (s) => treatingOf(s).maySleeve, ...held((t) => t.pressSleeve(true), (t) => t.releaseSleeve(true)) },
  { id: 'stent.recapture', label: 'Push the sleeve on over the stent again, while held', short: 'recapture', group: 'treating', keys: ['ArrowRight'], mode: 'treating', when: (s) => treatingOf(s).mayRecapture, ...held((t) => t.pressSleeve(false), (t) => t.releaseSleeve(false)) },

  // Syringe of an agent that embolises
  { id: 'mode.syringe', label: 'Embolic syringe: prepare, inject, flush', short: 'syringe', group: 'treating', keys: ['Alt+Shift+KeyI'], watch: true, when: has('syringe'), run: (s) => treatingOf(s).open('syringe') },
  { id: 'agent.device', label: 'Next agent of the cupboard', short: 'next agent', group: 'treating', keys: ['KeyO'], mode: 'syringe', when: agent, run: (s) => syringes(s).nextDevice() },
  { id: 'agent.mix', label: 'Next mixture: volume of contrast, or parts of oil', short: 'mixture', group: 'treating', keys: ['KeyM'], mode: 'syringe', when: mixes, run: (s) => syringes(s).nextMix() },
  { id: 'agent.prepare', label: 'Draw the chosen agent up', short: 'draw up', group: 'treating', keys: ['KeyP'], mode: 'syringe', when: agent, run: (s) => syringes(s).prepare() },
  { id: 'agent.syringe', label: 'Next syringe that was drawn up', short: 'next syringe', group: 'treating', keys: ['KeyN'], mode: 'syringe', when: (s) => has('syringe')(s) && (syringes(s).state?.syringes.length ?? 0) > 1, run: (s) => syringes(s).nextSyringe() },
  { id: 'agent.slow', label: 'Inject slowly, while held; a single piece at once', short: 'inject slowly', group: 'treating', keys: ['ArrowUp'], mode: 'syringe', when: injects, ...held((t) => t.syringes.press(false), (t) => t.syringes.release()) },
  { id: 'agent.fast', label: 'Inject fast, while held', short: 'inject fast', group: 'treating', keys: ['ArrowRight'], mode: 'syringe', when: injects, ...held((t) => t.syringes.press(true), (t) => t.syringes.release()) },
  { id: 'agent.saline', label: 'Flush the catheter with 2 ml of saline', short: 'saline', group: 'treating', keys: ['KeyF'], mode: 'syringe', when: has('syringe'), run: (s) => syringes(s).flush('saline') },
  { id: 'agent.dextrose', label: 'Flush the catheter with 2 ml of dextrose', short: 'dextrose', group: 'treating', keys: ['KeyG'], mode: 'syringe', when: has('syringe'), run: (s) => syringes(s).flush('dextrose') },

  // Coils and plugs
  { id: 'mode.coil', label: 'Coils and plugs: load, push, let go', short: 'coils', group: 'treating', keys: ['Alt+Shift+KeyK'], watch: true, when: has('coil'), run: (s) => treatingOf(s).open('coil') },
  { id: 'coil.next', label: 'Next coil or plug of the table', short: 'next coil', group: 'treating', keys: ['KeyO'], mode: 'coil', when: (s) => has('coil')(s) && coiling(s).table.length > 1, run: (s) => coiling(s).nextOne() },
  { id: 'coil.load', label: 'Bring it into the hub of the catheter', short: 'load', group: 'treating', keys: ['KeyL'], mode: 'coil', when: (s) => coiling(s).mayLoad, run: (s) => coiling(s).load() },
  { id: 'coil.push', label: 'Push it on, while held: fast in the catheter, slowly at its tip (Shift: finely)', short: 'push', group: 'treating', keys: ['ArrowUp'], mode: 'coil', when: (s) => coiling(s).delivery !== null, ...held((t, fine) => t.coiling.press(true, fine), (t) => t.coiling.release()) },
  { id: 'coil.pull', label: 'Draw it back, while held (Shift: finely)', short: 'draw back', group: 'treating', keys: ['ArrowDown'], mode: 'coil', when: (s) => coiling(s).mayPull, ...held((t, fine) => t.coiling.press(false, fine), (t) => t.coiling.release()) },
  { id: 'coil.detach', label: 'Let it go: detach', short: 'detach', group: 'treating', keys: ['KeyV'], mode: 'coil', when: (s) => coiling(s).mayDetach, run: (s) => coiling(s).detach() },

  // Filters of a cava
  { id: 'mode.filter', label: 'Filter of a cava: load, open, snare, pull', short: 'filter', group: 'treating', keys: ['Alt+Shift+KeyU'], watch: true, when: has('filter'), run: (s) => treatingOf(s).open('filter') },
  { id: 'filter.next', label: 'Next filter or snare of the table', short: 'next filter', group: 'treating', keys: ['KeyO'], mode: 'filter', when: (s) => has('filter')(s) && filtering(s).table.length > 1, run: (s) => filtering(s).next() },
  { id: 'filter.load', label: 'Push the filter into the sheath', short: 'load', group: 'treating', keys: ['KeyL'], mode: 'filter', when: (s) => filtering(s).mayLoad, run: (s) => filtering(s).load() },
  { id: 'filter.open', label: 'Draw the sheath back over the filter: it opens', short: 'open', group: 'treating', keys: ['KeyV'], mode: 'filter', when: (s) => filtering(s).mayOpen, run: (s) => filtering(s).open() },
  { id: 'filter.snare', label: "Open the snare at the sheath's end and close it", short: 'snare', group: 'treating', keys: ['KeyN'], mode: 'filter', when: (s) => filtering(s).maySnare, run: (s) => filtering(s).snare() },
  { id: 'filter.harder', label: 'Pull on the snare harder', short: 'harder', group: 'treating', keys: ['ArrowUp'], mode: 'filter', when: has('filter'), run: (s) => filtering(s).stepForce(1) },
  { id: 'filter.softer', label: 'Pull on the snare less', short: 'softer', group: 'treating', keys: ['ArrowDown'], mode: 'filter', when: has('filter'), run: (s) => filtering(s).stepForce(-1) },
  { id: 'filter.pull', label: 'Pull the filter into the sheath by the snare', short: 'pull', group: 'treating', keys: ['KeyP'], mode: 'filter', when: (s) => filtering(s).mayPull, run: (s) => filtering(s).pull() },
  { id: 'filter.let_go', label: 'Open the snare and draw it back', short: 'let go', group: 'treating', keys: ['KeyG'], mode: 'filter', when: (s) => filtering(s).mayPull, run: (s) => filtering(s).letGo() },

  // Clot and what was lost
  { id: 'mode.retrieve', label: 'Clot and lost things: vacuum on a catheter, a snare in a sheath', short: 'retrieve', group: 'treating', keys: ['Alt+Shift+KeyY'], watch: true, when: has('retrieve'), run: (s) => treatingOf(s).open('retrieve') },
  { id: 'retrieve.next', label: 'Next aspirator or snare of the table', short: 'next tool', group: 'treating', keys: ['KeyO'], mode: 'retrieve', when: (s) => has('retrieve')(s) && retrieving(s).table.length > 1, run: (s) => retrieving(s).next() },
  { id: 'aspiration.start', label: 'Vacuum on: open the tap to the catheter', short: 'vacuum on', group: 'treating', keys: ['KeyV'], mode: 'retrieve', when: (s) => retrieving(s).mayStart, run: (s) => retrieving(s).start() },
  { id: 'aspiration.stop', label: 'Vacuum off: what holds to the tip falls off', short: 'vacuum off', group: 'treating', keys: ['KeyR'], mode: 'retrieve', when: (s) => retrieving(s).mayStop, run: (s) => retrieving(s).stop() },
  { id: 'snare.open', label: 'Bring the snare through the sheath and open its loop', short: 'open loop', group: 'treating', keys: ['KeyN'], mode: 'retrieve', when: (s) => retrieving(s).mayOpen, run: (s) => retrieving(s).open() },
  { id: 'snare.close', label: 'Draw the loop shut', short: 'close loop', group: 'treating', keys: ['KeyL'], mode: 'retrieve', when: (s) => retrieving(s).mayClose, run: (s) => retrieving(s).close() },
  { id: 'snare.harder', label: 'Pull on the loop harder', short: 'harder', group: 'treating', keys: ['ArrowUp'], mode: 'retrieve', when: has('retrieve'), run: (s) => retrieving(s).stepForce(1) },
  { id: 'snare.softer', label: 'Pull on the loop less', short: 'softer', group: 'treating', keys: ['ArrowDown'], mode: 'retrieve', when: has('retrieve'), run: (s) => retrieving(s).stepForce(-1) },
  { id: 'snare.pull', label: 'Pull what the loop holds into the sheath', short: 'pull', group: 'treating', keys: ['KeyP'], mode: 'retrieve', when: (s) => retrieving(s).mayPull, run: (s) => retrieving(s).pull() },
  { id: 'snare.let_go', label: 'Open the loop and draw the snare out', short: 'let go', group: 'treating', keys: ['KeyG'], mode: 'retrieve', when: (s) => retrieving(s).isOpen, run: (s) => retrieving(s).letGo() },

  // Closing a puncture
  { id: 'mode.closing', label: 'Close a puncture: sheath out, press, device', short: 'close', group: 'treating', keys: ['Alt+Shift+KeyX'], watch: true, when: has('closing'), run: (s) => treatingOf(s).open('closing') },
  { id: 'closing.next', label: 'Next place of entry to close', short: 'next entry', group: 'treating', keys: ['KeyO'], mode: 'closing', when: (s) => has('closing')(s) && closing(s).ids.length > 1, run: (s) => closing(s).nextAccess() },
  { id: 'closing.harder', label: 'A hand presses harder', short: 'harder', group: 'treating', keys: ['ArrowUp'], mode: 'closing', when: has('closing'), run: (s) => closing(s).stepShare(1) },
  { id: 'closing.softer', label: 'A hand presses less', short: 'softer', group: 'treating', keys: ['ArrowDown'], mode: 'closing', when: has('closing'), run: (s) => closing(s).stepShare(-1) },
  { id: 'closing.out', label: 'Sheath out, and a hand presses at once', short: 'sheath out', group: 'treating', keys: ['KeyR'], mode: 'closing', when: sheath, run: (s) => closing(s).out(true) },
  { id: 'closing.bare', label: 'Sheath out, nobody presses', short: 'out, no hand', group: 'treating', keys: ['Shift+KeyR'], mode: 'closing', when: sheath, run: (s) => closing(s).out(false) },
  { id: 'closing.press', label: 'Press on the puncture', short: 'press', group: 'treating', keys: ['KeyP'], mode: 'closing', when: open, run: (s) => closing(s).press() },
  { id: 'closing.release', label: 'Take the hand off the puncture', short: 'hand off', group: 'treating', keys: ['KeyL'], mode: 'closing', when: (s) => open(s) && closing(s).isPressed, run: (s) => closing(s).release() },
  { id: 'closing.use', label: 'Close it with the device from the table', short: 'use device', group: 'treating', keys: ['KeyV'], mode: 'closing', when: (s) => has('closing')(s) && closing(s).device !== null, run: (s) => closing(s).use() },
];

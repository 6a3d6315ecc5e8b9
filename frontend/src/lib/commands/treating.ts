import type { Suite } from '../suite/suite.svelte';
import { treatingOf, type Treating } from '../treating/treating.svelte';
import type { Command } from './commands';

const here = (s: Suite): boolean => treatingOf(s).on;
const several = (s: Suite): boolean => here(s) && treatingOf(s).all.length > 1;
const turns = (s: Suite): boolean => treatingOf(s).mayTurn;

/** A key that is held: does so at once and goes on until it is let go. */
function held(press: (t: Treating) => void, release: (t: Treating) => void): Pick<Command, 'hold' | 'run' | 'release'> {
  return { hold: true, run: (s) => press(treatingOf(s)), release: (s) => release(treatingOf(s)) };
}

export const treatingCommands: Command[] = [
  { id: 'mode.treating', label: 'Treat: balloons, stents, what is left in the patient; keys of the inflator', short: 'treat', group: 'treating', keys: ['Shift+KeyI'], watch: true, when: here, run: (s) => s.treatingMode() },
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
];

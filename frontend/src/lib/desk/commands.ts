import { deskAddress, type DeskPage } from '../router.svelte';
import { desk } from './desk.svelte';
import { replayDoer, type ReplayAction } from './replay';
import { deskTheme } from './theme.svelte';

/** What a person can do on every desk page. Palette and key help are made from this table. */
export interface DeskCommand {
  id: string;
  group: 'go' | 'do' | 'replay';
  /** Chords that run it (see `lib/commands/keys.ts`); two keys after each other are written with a space between. */
  keys: string[];
  run: () => void;
  /** Whether it can be done now; always, where it is not told. */
  when?: () => boolean;
}

function goes(page: DeskPage, keys: string[], ...parts: string[]): DeskCommand {
  return { id: `desk.go.${parts.at(-1) ?? page}`, group: 'go', keys, run: () => (location.hash = deskAddress(page, ...parts)) };
}

function replays(action: ReplayAction, ...keys: string[]): DeskCommand {
  return { id: `desk.replay.${action}`, group: 'replay', keys, run: () => replayDoer.now?.(action), when: () => replayDoer.now !== null };
}

export const DESK_COMMANDS: readonly DeskCommand[] = [
  goes('home', ['KeyG KeyH']),
  goes('room', ['KeyG KeyS']),
  goes('practice', ['KeyG KeyD']),
  goes('guide', ['KeyG KeyG']),
  goes('glossary', ['KeyG KeyW']),
  goes('reflection', []),
  goes('pathway', ['KeyG KeyP']),
  goes('evidence', ['KeyG KeyE']),
  goes('field', ['KeyG KeyF']),
  goes('settings', ['KeyG KeyT']),
  { id: 'desk.do.find', group: 'do', keys: ['Ctrl+KeyK', 'Slash'], run: () => desk.open('palette') },
  { id: 'desk.do.help', group: 'do', keys: ['Shift+Slash', 'F1'], run: () => desk.open('help') },
  { id: 'desk.do.log', group: 'do', keys: ['KeyA KeyP'], run: () => (location.hash = deskAddress('evidence', 'add', 'real-case')) },
  { id: 'desk.do.add', group: 'do', keys: ['KeyA KeyE'], run: () => (location.hash = deskAddress('evidence', 'add')) },
  { id: 'desk.do.session', group: 'do', keys: ['KeyA KeyS'], run: () => (location.hash = deskAddress('room')) },
  { id: 'desk.do.theme', group: 'do', keys: [], run: () => void deskTheme.choose(deskTheme.dark ? 'light' : 'dark').catch(() => undefined) },
  replays('play', 'KeyK'),
  replays('frame-back', 'Comma'),
  replays('frame-on', 'Period'),
  replays('fault-back', 'BracketLeft'),
  replays('fault-on', 'BracketRight'),
  replays('event-back', 'Shift+BracketLeft'),
  replays('event-on', 'Shift+BracketRight'),
  replays('slower', 'Minus'),
  replays('faster', 'Equal'),
  replays('beside', 'KeyB'),
  replays('note', 'KeyN'),
  replays('from-here', 'KeyT'),
];

/** Names of keys. A chord is written `Ctrl+Alt+Shift+Code`, Code being the physical position (`KeyboardEvent.code`). */

export interface KeyLike {
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const MODIFIERS = /^(Shift|Control|Alt|Meta|OS)(Left|Right)?$/;

export function isModifier(code: string): boolean {
  return MODIFIERS.test(code);
}

export function chordOf(event: KeyLike): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey) parts.push('Shift');
  parts.push(event.code);
  return parts.join('+');
}

const WORDS: Record<string, string> = {
  Space: 'Space',
  Enter: 'Enter',
  NumpadEnter: 'Num Enter',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Backspace: '⌫',
  Delete: 'Del',
  Semicolon: ';',
  Quote: "'",
  Backslash: '\\',
  Slash: '/',
  Period: '.',
  Comma: ',',
  Minus: '−',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backquote: '`',
};

let layout: Map<string, string> | null = null;

/** Learn the letters printed on this keyboard, where the browser tells. */
export async function learnLayout(): Promise<void> {
  const keyboard = (navigator as Navigator & { keyboard?: { getLayoutMap(): Promise<Map<string, string>> } }).keyboard;
  try {
    layout = (await keyboard?.getLayoutMap()) ?? null;
  } catch {
    layout = null; // the positions of a US keyboard are then printed
  }
}

function keyWord(code: string): string {
  const printed = layout?.get(code);
  if (printed && printed.trim()) return printed.toUpperCase();
  if (WORDS[code]) return WORDS[code];
  return code.replace(/^(Key|Digit)/, '').replace(/^Numpad/, 'Num ');
}

/** The caps to print for a chord, e.g. `['Shift', 'G']`. */
export function capsOf(chord: string): string[] {
  const parts = chord.split('+');
  const code = parts.pop() ?? '';
  if (code === 'Slash' && parts.length === 1 && parts[0] === 'Shift') return ['?'];
  return [...parts, keyWord(code)];
}

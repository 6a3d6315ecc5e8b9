/** Finding among items that are already here: every word must occur, titles before the rest. */

export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export interface Findable {
  title: string;
  /** Other names: abbreviations. */
  also?: readonly string[];
  rest?: string;
}

/** Items in which each word of `words` occurs; names first, then the rest, each in the given order. */
export function find<T>(items: readonly T[], words: string, of: (item: T) => Findable): T[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...items];
  const named: T[] = [];
  const other: T[] = [];
  for (const item of items) {
    const { title, also = [], rest = '' } = of(item);
    const names = fold([title, ...also].join(' '));
    const all = `${names} ${fold(rest)}`;
    if (!wanted.every((word) => all.includes(word))) continue;
    (wanted.every((word) => names.includes(word)) ? named : other).push(item);
  }
  return [...named, ...other];
}

/** First letter a list is sorted under; `#` for anything but A to Z. */
export function letterOf(title: string): string {
  const first = fold(title).charAt(0).toUpperCase();
  return /[A-Z]/.test(first) ? first : '#';
}

/** Items under their letters, both in order. */
export function byLetter<T>(items: readonly T[], title: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of [...items].sort((a, b) => title(a).localeCompare(title(b), 'en'))) {
    const letter = letterOf(title(item));
    groups.set(letter, [...(groups.get(letter) ?? []), item]);
  }
  return [...groups];
}

/** Keys pressed alone or two after each other. */
export interface Bound {
  id: string;
  /** One chord, or two with a space between. */
  keys: string;
}

/** What a chord does after the one before it: a command, or the first half of one. */
export function foundIn(list: readonly Bound[], before: string, chord: string): { id: string | null; pending: string } {
  const both = before && list.find((one) => one.keys === `${before} ${chord}`);
  if (both) return { id: both.id, pending: '' };
  const alone = list.find((one) => one.keys === chord);
  if (alone) return { id: alone.id, pending: '' };
  return { id: null, pending: list.some((one) => one.keys.startsWith(`${chord} `)) ? chord : '' };
}

/** Keys that run more than one command, or that are the first half of another's. */
export function sharing(list: readonly Bound[]): { keys: string; ids: string[] }[] {
  return list.flatMap((one, at) =>
    list
      .slice(at + 1)
      .filter((other) => other.id !== one.id && (other.keys === one.keys || other.keys.startsWith(`${one.keys} `) || one.keys.startsWith(`${other.keys} `)))
      .map((other) => ({ keys: other.keys, ids: [one.id, other.id] })),
  );
}

/** Which tool each hand holds, as tools come and go. */
import { inside, type InstrumentsState } from './data.ts';

export interface Grip {
  first: string | null;
  second: string | null;
  access: string | null;
}

export const EMPTY: Grip = { first: null, second: null, access: null };

/**
 * The grip after the room changed.
 *
 * A tool that just went in is in the first hand, and what that hand held goes to the second; a hand whose tool
 * is gone takes the innermost that is left there, a second hand nothing.
 *
 * @param known ids of the tools that were in the patient before; null when this page sees the room for the first time
 */
export function gripAfter(before: Grip, known: ReadonlySet<string> | null, state: InstrumentsState): Grip {
  const all = inside(state);
  const of = (id: string | null) => all.find((one) => one.tool.tool === id);
  const came = known && all.filter((one) => !known.has(one.tool.tool)).at(-1);
  let { first, second, access } = before;
  if (came) {
    if (of(first)?.access === came.access) second = first;
    first = came.tool.tool;
    access = came.access;
  }
  if (!of(first)) {
    const left = all.filter((one) => one.access === access);
    first = (left[0] ?? all[0])?.tool.tool ?? null;
  }
  if (!of(second) || second === first) second = null;
  const at = of(first)?.access;
  access = at ?? (state.accesses.some((one) => one.id === access) ? access : (state.accesses[0]?.id ?? null));
  return { first, second, access };
}

/** The grip when a hand takes the tool of a number, 1 the innermost of this access. */
export function taken(grip: Grip, state: InstrumentsState, hand: 'first' | 'second', number: number): Grip {
  const tool = state.stacks[grip.access ?? '']?.tools[number - 1]?.tool;
  if (!tool) return grip;
  if (hand === 'second') return tool === grip.second ? { ...grip, second: null } : { ...grip, second: tool, first: grip.first === tool ? grip.second : grip.first };
  return { ...grip, first: tool, second: grip.second === tool ? grip.first : grip.second };
}

/** The next place of entry, and its innermost tool in the first hand. */
export function nextAccess(grip: Grip, state: InstrumentsState, to?: string): Grip {
  const all = state.accesses.map((one) => one.id);
  const access = to ?? all[(all.indexOf(grip.access ?? '') + 1) % Math.max(1, all.length)] ?? null;
  if (access === grip.access) return grip;
  return { access, first: state.stacks[access ?? '']?.tools[0]?.tool ?? null, second: null };
}

import type { InstrumentsState } from './data.ts';

/** What components must know of at once: which tools there are and how they are held; lengths and forces flow by. */
export function discrete(state: InstrumentsState | null | undefined): string {
  if (!state) return '';
  const inside = Object.entries(state.stacks).map(([access, stack]) => [
    access,
    stack.tools.map((one) => [one.tool, one.pinned, one.torquer, one.stalled, one.kinked, one.connected, one.flushed, !!one.clot, !!one.air, one.where]),
  ]);
  const table = state.table.map((one) => [one.tool, one.flushed, one.wet]);
  return JSON.stringify([state.aid, state.accesses.length, table, inside]);
}

/** Stacks are told all at once: one that is not told any more is empty, where a patch alone would keep it. */
export function withStacks<State extends { instruments?: InstrumentsState | null }>(live: State, patch: State): State {
  const stacks = patch.instruments?.stacks;
  return stacks && live.instruments ? { ...live, instruments: { ...live.instruments, stacks } } : live;
}

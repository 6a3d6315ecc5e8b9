/** The first minutes of the hands: steps that are done when they were really done in the room. */
import { inside, type Inside, type InstrumentsState } from './data.ts';
import { isWire } from './fit.ts';

export const STEPS = ['pick', 'wet', 'load', 'xray', 'advance', 'turn', 'catheter', 'flush', 'over', 'pin', 'follow', 'out'] as const;
export type Step = (typeof STEPS)[number];

const ADVANCE_MM = 50;
const TURN_DEG = 90;
const FOLLOW_MM = 100;

/** What was seen of the room since the course began. */
export interface Seen {
  done: Step[];
  under_mm: number;
  turned_deg: number;
  followed_mm: number;
  /** How each tool in the patient lay at the last look. */
  last: Record<string, Pick<Inside, 'depth_mm' | 'turn_deg'>>;
}

export const BEGINNING: Seen = { done: [], under_mm: 0, turned_deg: 0, followed_mm: 0, last: {} };

/** One more look at the room: what moved since the last, and which steps are done by it. */
export function looked(seen: Seen, state: InstrumentsState, xray: boolean): Seen {
  const tools = inside(state).map(({ access, tool }) => ({ access, tool, was: seen.last[tool.tool] }));
  let { under_mm, turned_deg, followed_mm } = seen;
  for (const { access, tool, was } of tools) {
    if (!was) continue;
    const onwards = tool.depth_mm - was.depth_mm;
    if (isWire(tool)) {
      if (xray) under_mm += Math.max(0, onwards);
      turned_deg += Math.abs(tool.turn_deg - was.turn_deg);
    } else if (state.stacks[access]?.tools.some((one) => isWire(one) && one.pinned)) {
      followed_mm += Math.max(0, onwards);
    }
  }
  const now = { under_mm, turned_deg, followed_mm };
  const last = Object.fromEntries(tools.map(({ tool }) => [tool.tool, { depth_mm: tool.depth_mm, turn_deg: tool.turn_deg }]));
  const left = tools.length < Object.keys(seen.last).length && seen.done.includes('follow');
  const done = STEPS.filter((step) => seen.done.includes(step) || (step === 'out' ? left : isDone(step, state, xray, now)));
  return { done, last, ...now };
}

function isDone(step: Step, state: InstrumentsState, xray: boolean, now: Pick<Seen, 'under_mm' | 'turned_deg' | 'followed_mm'>): boolean {
  const tools = inside(state).map(({ tool }) => tool);
  const all = [...state.table, ...tools];
  const wires = all.filter(isWire);
  const catheters = all.filter((one) => one.kind === 'catheter');
  switch (step) {
    case 'pick':
      return wires.length > 0;
    case 'wet':
      return wires.some((one) => one.wet === true || !one.coat) && wires.length > 0;
    case 'load':
      return tools.some(isWire);
    case 'xray':
      return xray && tools.some(isWire);
    case 'advance':
      return now.under_mm >= ADVANCE_MM;
    case 'turn':
      return now.turned_deg >= TURN_DEG;
    case 'catheter':
      return catheters.length > 0;
    case 'flush':
      return catheters.some((one) => one.flushed);
    case 'over':
      return Object.values(state.stacks).some((stack) => stack.tools.some(isWire) && stack.tools.some((one) => one.kind === 'catheter'));
    case 'pin':
      return tools.some((one) => isWire(one) && one.pinned);
    case 'follow':
      return now.followed_mm >= FOLLOW_MM;
    case 'out':
      return false;
  }
}

/** The step to be done now; null at the end. */
export const stepNow = (seen: Seen, skipped: readonly Step[]): Step | null => STEPS.find((step) => !seen.done.includes(step) && !skipped.includes(step)) ?? null;

/** How much of a step that takes a while is done, 0 to 1. */
export function shareOf(step: Step, seen: Seen): number | null {
  if (step === 'advance') return Math.min(1, seen.under_mm / ADVANCE_MM);
  if (step === 'turn') return Math.min(1, seen.turned_deg / TURN_DEG);
  return step === 'follow' ? Math.min(1, seen.followed_mm / FOLLOW_MM) : null;
}

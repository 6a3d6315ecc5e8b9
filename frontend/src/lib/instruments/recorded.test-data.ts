/** States as a room tells them, for tests. */
import type { Inside, InstrumentsState, OnTable, Stack } from './data.ts';

export function inside(tool: string, kind: string, length_mm: number, depth_mm: number, more: Partial<Inside> = {}): Inside {
  return {
    tool,
    device: tool,
    title: tool,
    kind,
    length_mm,
    outer_mm: kind === 'guide-wire' ? 0.889 : 1.67,
    depth_mm,
    back_mm: 300,
    turn_deg: 0,
    drive_mm_s: 0,
    drive_deg_s: 0,
    pinned: false,
    torquer: false,
    push_n: 0,
    push_most_n: 2,
    torque_nmm: 0,
    wall_n: 0,
    stalled: false,
    kinked: false,
    flushed: true,
    clot: false,
    air: false,
    connected: false,
    ...more,
  };
}

export const stackOf = (tools: Inside[], sheath_mm = 110): Stack => ({ tools, wall_n: 0, tip_n: 0, sheath_mm });

export function onTable(tool: string, kind: string, more: Partial<OnTable> = {}): OnTable {
  return { tool, device: tool, title: tool, kind, flushed: false, wet: false, coat: kind === 'guide-wire' ? 'hydrophilic' : null, shapeable: false, ...more };
}

export function stateOf(stacks: Record<string, Inside[]> = {}, table: OnTable[] = []): InstrumentsState {
  return {
    accesses: [
      { id: 'right-femoral-artery', title: 'Right femoral artery', system: 'artery', sheath_f: 5 },
      { id: 'right-femoral-vein', title: 'Right femoral vein', system: 'vein', sheath_f: 6 },
    ],
    table,
    stacks: Object.fromEntries(Object.entries(stacks).map(([access, tools]) => [access, stackOf(tools)])),
    aid: false,
  };
}

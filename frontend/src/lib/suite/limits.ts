import type { RoomState, TaskLimit } from '../stream/types';

/** Where one stands against a limit: the value now and what it may be. */
export interface Standing {
  value: number;
  most: number;
  unit: string;
  decimals: number;
  over: boolean;
  /** Share of the way to the limit up to which all points are given. */
  full: number | null;
}

interface Measure {
  unit: string;
  decimals: number;
  read: (live: RoomState) => number | undefined;
}

/** Measures of the whole session that the room shows while it runs. */
const MEASURES: Record<string, Measure> = {
  'reference-air-kerma': { unit: 'mGy', decimals: 1, read: (live) => live.dose?.kar_mgy },
  'kerma-area-product': { unit: 'Gy·cm²', decimals: 2, read: (live) => live.dose?.pka_gycm2 },
  'fluoroscopy-time': { unit: 's', decimals: 0, read: (live) => live.dose?.fluoro_s },
  frames: { unit: '', decimals: 0, read: (live) => live.dose?.frames },
  runs: { unit: '', decimals: 0, read: (live) => live.runs?.filter((run) => !run.removed).length },
  'peak-skin-dose': { unit: 'mGy', decimals: 0, read: (live) => live.skin?.peak_mgy },
  'staff-operator-eye': { unit: 'µSv', decimals: 1, read: (live) => dose(live, 'operator', 'eye_usv') },
  'staff-operator-chest': { unit: 'µSv', decimals: 1, read: (live) => dose(live, 'operator', 'chest_usv') },
  'staff-assistant-chest': { unit: 'µSv', decimals: 1, read: (live) => dose(live, 'assistant', 'chest_usv') },
  'staff-nurse-chest': { unit: 'µSv', decimals: 1, read: (live) => dose(live, 'nurse', 'chest_usv') },
};

function dose(live: RoomState, who: string, where: 'eye_usv' | 'chest_usv'): number | undefined {
  return live.staff?.people.find((one) => one.id === who)?.dose[where];
}

/** Null for a limit that is judged only afterwards. */
export function standing(limit: TaskLimit, live: RoomState): Standing | null {
  const measure = MEASURES[limit.measure ?? ''];
  const value = measure?.read(live);
  if (!measure || value === undefined || limit.at_most === undefined || limit.at_most === null) return null;
  return { value, most: limit.at_most, unit: limit.unit ?? measure.unit, decimals: measure.decimals, over: value > limit.at_most, full: limit.full_at ? Math.min(1, limit.full_at / Math.max(limit.at_most, 1e-9)) : null };
}

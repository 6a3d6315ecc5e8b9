/** The skin of a patient as the server tells of it, and what its figure is made of. Doses mGy, lengths mm. */

export interface SkinPanel {
  view: string;
  column: number;
  columns: number;
}

/** Four views of the body side by side, the head up: 0 to 254 for 0 to `max_mgy`, 255 outside the body. */
export interface SkinMap {
  rows: number;
  columns: number;
  max_mgy: number;
  view: string;
  pixel_mm?: number;
  panels?: SkinPanel[];
  peak?: { view: string; row: number; column: number } | null;
  data: string;
}

export interface PeakBeam {
  rotation_deg: number;
  angulation_deg: number;
  field_mm: number;
  share: number;
  kar_mgy?: number;
  /** An exposure from before this session. */
  prior?: boolean;
}

export type Basis = 'read' | 'memory' | 'open';

export interface DoseLevel {
  id: string;
  title: string;
  quantity?: string;
  value: number;
  unit: string;
  then_every?: number | null;
  role?: string;
  meaning?: string;
  source?: string;
  basis?: Basis;
  reached: boolean;
  times?: number;
  at_us?: number | null;
}

export interface DoseQuestion {
  id: string;
  level: string;
  text: string;
  options: { id: string; title: string; meaning: string }[];
}

export interface DoseFact {
  text: string;
  source: string;
  basis: Basis;
}

export interface Skin {
  peak_mgy: number;
  own_mgy?: number;
  peak_at?: number[] | null;
  peak_beam?: PeakBeam | null;
  map?: SkinMap | null;
  levels?: DoseLevel[];
  question?: DoseQuestion | null;
  decided?: { level: string; choice: string; reason: string; at_us: number }[];
  due?: DoseFact[];
  reaction?: DoseFact | null;
}

/** Lower edges that a band may have, mGy. */
const LADDER = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 2000, 3000, 5000, 10_000, 15_000];
const MOST_BANDS = 6;
const OUTSIDE = 255;

/** Lower edges of the bands that a highest dose calls for, mGy, rising; those of a few gray are always told apart. */
export function bandEdges(max_mgy: number): number[] {
  return LADDER.filter((edge) => edge <= max_mgy).slice(-MOST_BANDS);
}

/** `0.3`, `30` mGy or `2` Gy. */
export function doseWords(mgy: number): string {
  const [value, unit] = mgy >= 1000 ? [mgy / 1000, 'Gy'] : [mgy, 'mGy'];
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${unit}`;
}

export function cellsOf(map: SkinMap): Uint8Array {
  return Uint8Array.from(atob(map.data), (letter) => letter.charCodeAt(0));
}

export function panelsOf(map: SkinMap): SkinPanel[] {
  return map.panels ?? [{ view: map.view, column: 0, columns: map.columns }];
}

/** The outline of one view as a path, a square of the map being one unit; empty where nothing is seen. */
export function outline(map: SkinMap, cells: Uint8Array, panel: SkinPanel): string {
  const left: string[] = [];
  const right: string[] = [];
  for (let row = 0; row < map.rows; row += 1) {
    const start = row * map.columns + panel.column;
    let first = -1;
    let last = -1;
    for (let k = 0; k < panel.columns; k += 1) {
      if (cells[start + k] === OUTSIDE) continue;
      if (first < 0) first = k;
      last = k;
    }
    if (first < 0) continue;
    left.push(`${panel.column + first} ${row}`, `${panel.column + first} ${row + 1}`);
    right.push(`${panel.column + last + 1} ${row}`, `${panel.column + last + 1} ${row + 1}`);
  }
  return left.length ? `M${[...left, ...right.reverse()].join('L')}Z` : '';
}

/** One path a band: all squares whose dose is at least its edge and below the next. */
export function bandPaths(map: SkinMap, cells: Uint8Array, edges: readonly number[]): string[] {
  const step = map.max_mgy / 254;
  const band = (value: number): number => {
    if (value === OUTSIDE) return -1;
    const dose = (value + 0.5) * step;
    let found = -1;
    edges.forEach((edge, index) => {
      if (value > 0 && dose >= edge) found = index;
    });
    return found;
  };
  const paths = edges.map(() => '');
  for (let row = 0; row < map.rows; row += 1) {
    let start = 0;
    let now = -1;
    for (let column = 0; column <= map.columns; column += 1) {
      const next = column < map.columns ? band(cells[row * map.columns + column] ?? OUTSIDE) : -1;
      if (next === now) continue;
      if (now >= 0) paths[now] += `M${start} ${row}h${column - start}v1H${start}z`;
      [start, now] = [column, next];
    }
  }
  return paths;
}

/** Centimetres to the patient's left (positive) or right of the body's middle. */
export function acrossCm(skin: Skin): number | null {
  const x = skin.peak_at?.[0];
  return x === undefined ? null : Math.round(x / 10);
}

/** Sizes of what treats, as they are said when choosing: a balloon by width and length, particles by their range. */
export interface Between {
  low: number;
  high: number;
}

export interface BalloonSize {
  diameter_mm: number;
  length_mm: number;
  nominal_atm: number;
  rated_atm: number;
  sheath_f: number;
}

export interface StentSize {
  opens: 'self' | 'balloon';
  covered: boolean;
  diameter_mm: number;
  length_mm: number;
  recaptured_to: number;
  sheath_f: number;
}

/** What the cupboard tells of a device that treats; each kind has its own. */
export interface Sizes {
  balloon?: BalloonSize;
  stent?: StentSize;
  most_atm?: number;
  volume_ml?: number;
  delivery?: string;
  shape?: string;
  wire_mm?: number;
  loop_mm?: number | null | Between;
  length_mm?: number;
  diameter_mm?: number;
  lumen_mm?: number | Between;
  form?: string;
  size_um?: Between;
  dilute_ml?: number;
  agent?: string;
  oil_ratios?: number[];
  flush?: string;
  sheath_f?: number | Between;
  cava_mm?: Between;
  stays?: string;
  loops?: number;
  kind_of?: string;
  artery_mm?: number;
  hold_s?: number;
  radial?: boolean;
  vacuum_inhg?: number;
}

export interface Sized {
  kind: string;
  sizes?: Sizes;
}

/** Up to two decimals, without zeros behind: `0.35`, `8`, `2.5`. */
export const fixedNumber = (n: number): string => String(Number(n.toFixed(2)));

const range = (one: number | Between | null | undefined): string => {
  if (one === null || one === undefined) return '';
  if (typeof one === 'number') return fixedNumber(one);
  return one.low === one.high ? fixedNumber(one.low) : `${fixedNumber(one.low)}–${fixedNumber(one.high)}`;
};

/** The sizes of a device in words: empty of one that treats nothing. */
export function sizeWords({ kind, sizes = {} }: Sized): string {
  const { balloon, stent } = sizes;
  if (stent) return `${range(stent.diameter_mm)} × ${range(stent.length_mm)} mm, ${range(stent.sheath_f)} F`;
  if (balloon) return `${range(balloon.diameter_mm)} × ${range(balloon.length_mm)} mm, ${range(balloon.nominal_atm)}–${range(balloon.rated_atm)} atm, ${range(balloon.sheath_f)} F`;
  switch (kind) {
    case 'inflator':
      return `${range(sizes.volume_ml)} ml, to ${range(sizes.most_atm)} atm`;
    case 'coil':
      return sizes.loop_mm == null ? `straight, ${range(sizes.length_mm)} mm` : `${range(sizes.loop_mm)} × ${range(sizes.length_mm)} mm`;
    case 'plug':
      return `${range(sizes.diameter_mm)} × ${range(sizes.length_mm)} mm`;
    case 'particles':
      return `${range(sizes.size_um)} µm, ${range(sizes.volume_ml)} ml`;
    case 'liquid-embolic':
      return `${range(sizes.volume_ml)} ml`;
    case 'cava-filter':
      return `cava ${range(sizes.cava_mm)} mm, ${range(sizes.sheath_f)} F`;
    case 'snare':
      return `${range(sizes.loop_mm)} mm, ${range(sizes.sheath_f)} F`;
    case 'closure':
      return `${range(sizes.sheath_f)} F`;
    case 'aspirator':
      return `${range(sizes.volume_ml)} ml, ${range(sizes.vacuum_inhg)} inHg`;
    default:
      return '';
  }
}

/** How much more than a balloon an inflator must hold: its line and its screw want some. */
const SPARE = 1.5;

/** The inflator for a balloon: holds its volume and its rated pressure, the least of those; failing that, the strongest. */
export function inflatorFor<One extends Sized & { id: string }>(devices: readonly One[], balloon: Pick<BalloonSize, 'diameter_mm' | 'length_mm' | 'rated_atm'>): One | null {
  const all = devices.filter((one) => one.kind === 'inflator' && one.sizes?.most_atm !== undefined);
  const most = (one: One): number => one.sizes?.most_atm ?? 0;
  const holds = (one: One): number => one.sizes?.volume_ml ?? 0;
  const ml = (1e-3 * Math.PI * balloon.diameter_mm ** 2 * balloon.length_mm) / 4;
  const enough = all.filter((one) => most(one) >= balloon.rated_atm && holds(one) >= SPARE * ml);
  return enough.sort((a, b) => holds(a) - holds(b) || most(a) - most(b))[0] ?? all.sort((a, b) => most(b) - most(a))[0] ?? null;
}

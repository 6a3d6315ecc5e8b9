/** Finding a device among all of the cupboard, and sets that are picked at once. */
import type { Device } from './data.ts';
import { sizeWords } from './sizes.ts';

/** Kinds in the order of the cupboard; a microcatheter, a balloon, a stent are looked for as such. */
export const KINDS = ['all', 'guide-wire', 'catheter', 'microcatheter', 'sheath', 'dilator', 'needle', 'balloon', 'stent', 'embolic', 'retrieval', 'closure', 'other'] as const;
export type Kind = (typeof KINDS)[number];

const FAMILIES: Record<string, Exclude<Kind, 'all'>> = { microcatheter: 'microcatheter', balloon: 'balloon', 'stent-system': 'stent', aspiration: 'retrieval' };
/** Devices that are looked for by what they do: an inflator with the balloons, a pump with what draws clots. */
const TREATS: Record<string, Exclude<Kind, 'all'>> = {
  inflator: 'balloon',
  coil: 'embolic',
  plug: 'embolic',
  particles: 'embolic',
  'liquid-embolic': 'embolic',
  'cava-filter': 'retrieval',
  snare: 'retrieval',
  aspirator: 'retrieval',
};

export function kindOf(device: Pick<Device, 'kind' | 'family'>): Exclude<Kind, 'all'> {
  const family = device.kind === 'catheter' ? FAMILIES[device.family ?? ''] : undefined;
  const treats = family ?? TREATS[device.kind];
  if (treats) return treats;
  return (KINDS as readonly string[]).includes(device.kind) ? (device.kind as Exclude<Kind, 'all'>) : 'other';
}

/** Those that have every word, in the cupboard's order. */
export function found(devices: readonly Device[], query: string, kind: Kind, only: (device: Device) => boolean = () => true): Device[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one: Device): string => [one.title, one.id, one.kind, one.family, one.summary, one.coat, french(one), sizeWords(one), sizeWords(one).replace(' × ', 'x')].join(' ').toLowerCase();
  return devices
    .filter((one) => (kind === 'all' || kindOf(one) === kind) && only(one) && words.every((word) => text(one).includes(word)))
    .sort((a, b) => KINDS.indexOf(kindOf(a)) - KINDS.indexOf(kindOf(b)) || (a.order ?? 0) - (b.order ?? 0) || a.title.localeCompare(b.title));
}

/** Kinds that there is something of. */
export function kindsIn(devices: readonly Device[]): Kind[] {
  const there = new Set(devices.map(kindOf));
  return KINDS.filter((kind) => kind === 'all' || there.has(kind));
}

/** Thickness as people say it: a wire in inches, all else in French. */
export function french(device: Pick<Device, 'kind' | 'outer_mm'>): string {
  if (device.outer_mm == null) return '';
  if (device.kind === 'guide-wire') return `${(device.outer_mm / 25.4).toFixed(3)} in`;
  return `${Number((device.outer_mm * 3).toFixed(1))} F`;
}

/** A title's name without its sizes, and what comes after. */
export const nameOf = (device: { title: string }): string => device.title.split(',')[0] ?? device.title;
export const sizesOf = (device: { title: string }): string => device.title.slice(nameOf(device).length).replace(/^,\s*/, '');

/** Length in words, in centimetres. */
export function longWords(device: Pick<Device, 'length_mm'>): string {
  return device.length_mm ? `${Number((device.length_mm / 10).toFixed(1))} cm` : '';
}

/** What is put on the table with one press. Of each line the first device that the cupboard has. */
export interface Preset {
  id: string;
  title: string;
  devices: readonly (readonly string[])[];
}

export const PRESETS: readonly Preset[] = [
  {
    id: 'selective',
    title: 'Selective set',
    devices: [['wire-j3-035-145', 'wire-j15-035-150'], ['wire-hydrophilic-035-angled-180'], ['cobra-2-5f', 'cobra-1-5f'], ['pigtail-5f'], ['torque-device']],
  },
  {
    id: 'reverse-curve',
    title: 'Reverse curve set',
    devices: [['wire-bentson-035-180'], ['wire-hydrophilic-035-angled-180'], ['sos-omni-2-5f', 'sos-omni-5f'], ['simmons-1-5f'], ['torque-device']],
  },
  {
    id: 'micro',
    title: 'Microcatheter set',
    devices: [['microcatheter-2-4f'], ['microwire-016-angled-180'], ['microwire-014-shapeable-190']],
  },
  {
    id: 'exchange',
    title: 'Exchange set',
    devices: [['wire-rosen-035-260', 'wire-j3-035-260'], ['multipurpose-5f'], ['pigtail-5f']],
  },
];

/** What a preset puts on the table of a cupboard. */
export function ofPreset(preset: Preset, devices: readonly Device[]): Device[] {
  const byId = new Map(devices.map((one) => [one.id, one]));
  return preset.devices.flatMap((choices) => choices.map((id) => byId.get(id)).find((one) => one !== undefined) ?? []);
}

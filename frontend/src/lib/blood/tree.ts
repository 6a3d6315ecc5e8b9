/** The vessel tree as a person looks for a place in it: systems, names, lengths, the nearest line on a picture. */
import type { Tree, Vec3, Vessel } from './data.ts';
import { dot, mixed, project, type Beam } from './projection.ts';

export interface SystemLook {
  id: string;
  title: string;
  colour: string;
}

/** Systems in the order of the list, with the words and the colour of each (a token of the page). */
const SYSTEMS: readonly SystemLook[] = [
  { id: 'artery', title: 'Arteries', colour: '--vital-art' },
  { id: 'portal', title: 'Portal', colour: '--c3' },
  { id: 'vein', title: 'Veins', colour: '--c1' },
  { id: 'pulmonary-artery', title: 'Lung arteries', colour: '--c2' },
  { id: 'pulmonary-vein', title: 'Lung veins', colour: '--c4' },
  { id: 'bile', title: 'Bile', colour: '--ok' },
  { id: 'urine', title: 'Urine', colour: '--c5' },
];

export function systemLook(id: string): SystemLook {
  return SYSTEMS.find((one) => one.id === id) ?? { id, title: id, colour: '--c6' };
}

/** Systems of a tree in the order of the list. */
export function systemsOf(tree: Tree): SystemLook[] {
  const here = [...new Set(tree.vessels.map((one) => one.system))];
  const known = SYSTEMS.filter((one) => here.includes(one.id));
  return [...known, ...here.filter((id) => !known.some((one) => one.id === id)).map(systemLook)];
}

export interface Listed {
  vessel: Vessel;
  depth: number;
}

/**
 * Vessels of the systems asked for whose name has all the words, each below its parent.
 *
 * @param systems ids; all when empty
 */
export function listed(tree: Tree, query: string, systems: readonly string[] = []): Listed[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const inside = tree.vessels.filter((one) => !systems.length || systems.includes(one.system));
  const names = new Set(inside.map((one) => one.id));
  const children = new Map<string | null, Vessel[]>();
  for (const one of inside) {
    const parent = one.parent !== null && names.has(one.parent) ? one.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const found: Listed[] = [];
  const seen = new Set<string>();
  const walk = (parent: string | null, depth: number): void => {
    const below = [...(children.get(parent) ?? [])].sort((a, b) => a.at_mm - b.at_mm);
    for (const vessel of below) {
      if (seen.has(vessel.id)) continue;
      seen.add(vessel.id);
      const text = `${vessel.name} ${vessel.id} ${systemLook(vessel.system).title} ${vessel.side ?? ''}`.toLowerCase();
      if (words.every((word) => text.includes(word))) found.push({ vessel, depth: words.length ? 0 : depth });
      walk(vessel.id, depth + 1);
    }
  };
  walk(null, 0);
  return found;
}

export function lengthOf(vessel: Vessel): number {
  return vessel.length_mm ?? polyline(vessel.points);
}

function polyline(points: readonly Vec3[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += distance(points[i - 1] as Vec3, points[i] as Vec3);
  return sum;
}

/** The point of the centre line so far from the vessel's origin. */
export function pointAt(vessel: Vessel, atMm: number): Vec3 {
  const { points } = vessel;
  const whole = polyline(points);
  let left = Math.min(1, Math.max(0, atMm / (lengthOf(vessel) || 1))) * whole;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Vec3, points[i] as Vec3];
    const step = distance(a, b);
    if (left <= step) return mixed(a, 1 - left / (step || 1), b, left / (step || 1));
    left -= step;
  }
  return points.at(-1) ?? [0, 0, 0];
}

/** Radius there, mm. */
export function radiusAt(vessel: Vessel, atMm: number): number {
  const at = Math.min(1, Math.max(0, atMm / (lengthOf(vessel) || 1))) * (vessel.radius.length - 1);
  const low = Math.floor(at);
  const [a = 0, b = a] = [vessel.radius[low], vessel.radius[low + 1]];
  return a + (at - low) * (b - a);
}

/** A centre line on a picture: shares of its width and height, two numbers a point (NaN behind the source). */
export interface Line {
  vessel: Vessel;
  at: Float32Array;
  /** Largest radius as a share of the picture's width. */
  wide: number;
}

export function lines(vessels: readonly Vessel[], beam: Beam): Line[] {
  return vessels.map((vessel) => {
    const at = new Float32Array(vessel.points.length * 2);
    let wide = 0;
    vessel.points.forEach((point, i) => {
      const [u, v, scale] = project(beam, point) ?? [NaN, NaN, 0];
      at[2 * i] = u;
      at[2 * i + 1] = v;
      wide = Math.max(wide, ((vessel.radius[i] ?? 0) * scale) / beam.field);
    });
    return { vessel, at, wide };
  });
}

export interface Place {
  vessel: Vessel;
  atMm: number;
}

/** The place on a centre line that is nearest to a point of the picture, within a reach (shares of its width). */
export function nearest(all: readonly Line[], u: number, v: number, reach: number): Place | null {
  let best: Place | null = null;
  let least = reach * reach;
  for (const { vessel, at } of all) {
    const scale = lengthOf(vessel) / (polyline(vessel.points) || 1);
    let gone = 0;
    for (let i = 0; i + 3 < at.length; i += 2) {
      const [ax, ay, bx, by] = [at[i] as number, at[i + 1] as number, at[i + 2] as number, at[i + 3] as number];
      const step = distance(vessel.points[i / 2] as Vec3, vessel.points[i / 2 + 1] as Vec3);
      const [dx, dy] = [bx - ax, by - ay];
      const share = Math.min(1, Math.max(0, ((u - ax) * dx + (v - ay) * dy) / (dx * dx + dy * dy || 1)));
      const away = (ax + share * dx - u) ** 2 + (ay + share * dy - v) ** 2;
      if (away < least) {
        least = away;
        best = { vessel, atMm: (gone + share * step) * scale };
      }
      gone += step;
    }
  }
  return best;
}

/** The place on one centre line that is nearest to a point of the patient, and how far away that is. */
export function nearestOn(vessel: Vessel, point: Vec3): Place & { awayMm: number } {
  const { points } = vessel;
  const scale = lengthOf(vessel) / (polyline(points) || 1);
  let [least, atMm, gone] = [Infinity, 0, 0];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Vec3, points[i] as Vec3];
    const step = distance(a, b);
    const along = mixed(b, 1, a, -1);
    const share = Math.min(1, Math.max(0, dot(mixed(point, 1, a, -1), along) / (step * step || 1)));
    const away = distance(point, mixed(a, 1, along, share));
    if (away < least) [least, atMm] = [away, (gone + share * step) * scale];
    gone += step;
  }
  return { vessel, atMm, awayMm: least };
}

function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
}

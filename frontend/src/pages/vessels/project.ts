/** Vessels on a plane: a picture of the tree from one side, and what of it lies under the pointer. */

export type Point = readonly [number, number, number];

export interface Vessel {
  id: string;
  name: string;
  system: string;
  parent: string | null;
  at_mm: number | null;
  origin: 'modelled' | 'template' | 'extracted' | 'corrected';
  length_mm: number;
  diameter_mm: number;
  points: Point[];
  radius: number[];
}

export type Side = 'front' | 'left' | 'right';
export const SIDES: readonly Side[] = ['front', 'left', 'right'];
export const SIDE_WORDS: Record<Side, string> = { front: 'From the front', left: 'From the left', right: 'From the right' };

/** Right and down on the picture, mm, of a place in the body (x to the left, y to the back, z to the head). */
export function onPicture(side: Side, point: Point): [number, number] {
  const [x, y, z] = point;
  if (side === 'front') return [x, -z];
  return [side === 'left' ? y : -y, -z];
}

export interface Frame {
  scale: number;
  left: number;
  top: number;
}

/** The frame in which all vessels fill a picture, with a margin of 5 %. */
export function frameOf(side: Side, vessels: readonly Vessel[], width: number, height: number): Frame {
  let [low, high, up, down] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const vessel of vessels) {
    for (const point of vessel.points) {
      const [right, below] = onPicture(side, point);
      low = Math.min(low, right);
      high = Math.max(high, right);
      up = Math.min(up, below);
      down = Math.max(down, below);
    }
  }
  if (low > high) return { scale: 1, left: 0, top: 0 };
  const scale = 0.9 * Math.min(width / Math.max(high - low, 20), height / Math.max(down - up, 20));
  return { scale, left: width / 2 - (scale * (low + high)) / 2, top: height / 2 - (scale * (up + down)) / 2 };
}

export function toPixels(frame: Frame, side: Side, point: Point): [number, number] {
  const [right, below] = onPicture(side, point);
  return [frame.left + frame.scale * right, frame.top + frame.scale * below];
}

/** Vessel and place nearest to a pixel, within some pixels of its line; null where there is none. */
export function under(frame: Frame, side: Side, vessels: readonly Vessel[], x: number, y: number, within = 14): { vessel: string; at: number } | null {
  let best: { vessel: string; at: number } | null = null;
  let least = within;
  for (const vessel of vessels) {
    vessel.points.forEach((point, at) => {
      const [px, py] = toPixels(frame, side, point);
      const off = Math.hypot(px - x, py - y);
      if (off < least) {
        least = off;
        best = { vessel: vessel.id, at };
      }
    });
  }
  return best;
}

/** Vessel and place nearest to a place in the body, within some millimetres of its line; null where there is none. */
export function nearest(vessels: readonly Vessel[], place: Point, within: number): { vessel: string; at: number } | null {
  let best: { vessel: string; at: number } | null = null;
  let least = within;
  for (const vessel of vessels) {
    vessel.points.forEach((point, at) => {
      const off = Math.hypot(point[0] - place[0], point[1] - place[1], point[2] - place[2]);
      if (off < least) {
        least = off;
        best = { vessel: vessel.id, at };
      }
    });
  }
  return best;
}

/** Vessels in the order of the tree, each with how deep it hangs. */
export function inOrder(vessels: readonly Vessel[]): { vessel: Vessel; depth: number }[] {
  const below = new Map<string | null, Vessel[]>();
  const known = new Set(vessels.map((vessel) => vessel.id));
  for (const vessel of vessels) {
    const parent = vessel.parent !== null && known.has(vessel.parent) ? vessel.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), vessel]);
  }
  const result: { vessel: Vessel; depth: number }[] = [];
  const walk = (parent: string | null, depth: number): void => {
    for (const vessel of below.get(parent) ?? []) {
      result.push({ vessel, depth });
      walk(vessel.id, depth + 1);
    }
  };
  walk(null, 0);
  return result;
}

/** Which old axis becomes each new one (z, y, x), and which new ones are reversed. The same as on the server. */
export interface Turn {
  axes: readonly [number, number, number];
  flips: readonly [boolean, boolean, boolean];
}

export const STRAIGHT: Turn = { axes: [0, 1, 2], flips: [false, false, false] };

/** One turn and another after it, as one. */
export function then(first: Turn, later: Turn): Turn {
  const axis = (n: 0 | 1 | 2) => first.axes[later.axes[n] as 0 | 1 | 2];
  const flip = (n: 0 | 1 | 2) => first.flips[later.axes[n] as 0 | 1 | 2] !== later.flips[n];
  return { axes: [axis(0), axis(1), axis(2)], flips: [flip(0), flip(1), flip(2)] };
}

export function isStraight(turn: Turn): boolean {
  return turn.axes.every((axis, n) => axis === n) && !turn.flips.some(Boolean);
}

export interface Correction {
  id: string;
  label: string;
  key: string;
  shift: boolean;
  turn: Turn;
}

/** Three mirrors and a quarter turn about each axis of the body. */
export const CORRECTIONS: readonly Correction[] = [
  { id: 'flip-left-right', label: 'Left and right', key: 'KeyX', shift: false, turn: { axes: [0, 1, 2], flips: [false, false, true] } },
  { id: 'flip-front-back', label: 'Front and back', key: 'KeyY', shift: false, turn: { axes: [0, 1, 2], flips: [false, true, false] } },
  { id: 'flip-head-feet', label: 'Head and feet', key: 'KeyZ', shift: false, turn: { axes: [0, 1, 2], flips: [true, false, false] } },
  { id: 'turn-about-left-right', label: 'about left–right', key: 'KeyX', shift: true, turn: { axes: [1, 0, 2], flips: [true, false, false] } },
  { id: 'turn-about-front-back', label: 'about front–back', key: 'KeyY', shift: true, turn: { axes: [2, 1, 0], flips: [false, false, true] } },
  { id: 'turn-about-head-feet', label: 'about head–feet', key: 'KeyZ', shift: true, turn: { axes: [0, 2, 1], flips: [false, true, false] } },
];

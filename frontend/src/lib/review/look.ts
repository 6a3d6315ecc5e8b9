/** Where on the frame a point of the screen lies: enlargement, turns and mirrors. Both in 0..1 of their squares. */

/** From screen to frame, about the middles: row by row. */
export type Turn = readonly [number, number, number, number];

export interface View {
  zoom: number;
  panX: number;
  panY: number;
  turn: Turn;
}

export const UPRIGHT: Turn = [1, 0, 0, 1];
export const WHOLE: View = { zoom: 1, panX: 0.5, panY: 0.5, turn: UPRIGHT };
const RIGHT: Turn = [0, 1, -1, 0];
const MIRROR: Turn = [-1, 0, 0, 1];
const MIRROR_DOWN: Turn = [1, 0, 0, -1];

export function toFrame(x: number, y: number, view: View): [number, number] {
  const [a, b, c, d] = view.turn;
  return [view.panX + (a * (x - 0.5) + b * (y - 0.5)) / view.zoom, view.panY + (c * (x - 0.5) + d * (y - 0.5)) / view.zoom];
}

export function toScreen(u: number, v: number, view: View): [number, number] {
  const [a, b, c, d] = view.turn;
  const du = (u - view.panX) * view.zoom;
  const dv = (v - view.panY) * view.zoom;
  return [0.5 + a * du + c * dv, 0.5 + b * du + d * dv];
}

/** The view after quarter turns to the right and mirrors, as the person sees it. */
export function turned(view: View, quarters: number, mirror: boolean, mirrorDown: boolean): View {
  let turn = view.turn;
  for (let i = 0; i < quarters; i++) turn = times(turn, RIGHT);
  if (mirror) turn = times(turn, MIRROR);
  if (mirrorDown) turn = times(turn, MIRROR_DOWN);
  return { ...view, turn };
}

/** Enlarge about a point of the screen. */
export function zoomed(view: View, factor: number, x: number, y: number): View {
  const zoom = Math.min(12, Math.max(1, view.zoom * factor));
  const [u, v] = toFrame(x, y, view);
  const [ru, rv] = toFrame(x, y, { ...view, zoom, panX: 0, panY: 0 });
  return kept({ ...view, zoom, panX: u - ru, panY: v - rv });
}

export function panned(view: View, dx: number, dy: number): View {
  const [u, v] = toFrame(0.5 - dx, 0.5 - dy, view);
  return kept({ ...view, panX: u, panY: v });
}

/** No further than the frame's edges. */
function kept(view: View): View {
  const half = 0.5 / view.zoom;
  const inside = (pan: number): number => Math.min(1 - half, Math.max(half, pan));
  return { ...view, panX: inside(view.panX), panY: inside(view.panY) };
}

function times(p: Turn, q: Turn): Turn {
  return [p[0] * q[0] + p[1] * q[2], p[0] * q[1] + p[1] * q[3], p[2] * q[0] + p[3] * q[2], p[2] * q[1] + p[3] * q[3]];
}

/** How a grey picture is shown. Window and level are in the 8-bit units of the frame. */
export interface Look {
  window: number;
  level: number;
  /** Edge enhancement, 0 (off) to 1. */
  edge: number;
  invert: boolean;
  /** Enlargement about (panX, panY), which is the frame point (0..1) at the centre of the screen. */
  zoom: number;
  panX: number;
  panY: number;
  /** Exposed part of the frame (left, top, right, bottom, 0..1): outside it the screen stays black. */
  blank: [number, number, number, number];
}

export const PLAIN: Look = {
  window: 256,
  level: 128,
  edge: 0,
  invert: false,
  zoom: 1,
  panX: 0.5,
  panY: 0.5,
  blank: [0, 0, 1, 1],
};

export interface GreyFrame {
  source: Uint8Array | ImageBitmap;
  width: number;
  height: number;
}

/** Draws grey frames with a look. Two makes: WebGL2 where a graphics processor does it, else a plain canvas. */
export interface Renderer {
  readonly kind: 'webgl2' | '2d';
  draw(frame: GreyFrame, look: Look): void;
  dispose(): void;
}

/** Grey value on the screen, 0..1, of frame value 0..1: the line that both renderers follow. */
export function shownGrey(value: number, look: Look): number {
  const low = (look.level - look.window / 2) / 255;
  const grey = Math.min(1, Math.max(0, (value - low) / (Math.max(1, look.window) / 255)));
  return look.invert ? 1 - grey : grey;
}

/** Frame coordinates (0..1) of a screen point (0..1 of the square monitor). */
export function toFrame(x: number, y: number, look: Look): [number, number] {
  return [look.panX + (x - 0.5) / look.zoom, look.panY + (y - 0.5) / look.zoom];
}

/** Screen point (0..1) of frame coordinates (0..1). */
export function toScreen(u: number, v: number, look: Look): [number, number] {
  return [0.5 + (u - look.panX) * look.zoom, 0.5 + (v - look.panY) * look.zoom];
}

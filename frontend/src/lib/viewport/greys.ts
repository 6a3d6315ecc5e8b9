import { shownGrey, type Look } from './look.ts';

const BLACK = 0xff000000;
const table = new Uint32Array(256);
let tableFor = '';

/**
 * What a screen shows of a frame, one RGBA word a pixel: window and level, inversion, edge enhancement by the
 * four neighbours, black outside the exposed part. The shader's plain twin; its soft border of a pixel is hard here.
 */
export function toScreenGreys(values: Uint8Array, width: number, height: number, look: Look, out: Uint32Array): void {
  const key = `${look.window} ${look.level} ${look.invert}`;
  if (key !== tableFor) {
    tableFor = key;
    for (let i = 0; i < 256; i++) table[i] = (BLACK | (Math.round(shownGrey(i / 255, look) * 255) * 0x010101)) >>> 0;
  }
  const left = clamp(Math.round(look.blank[0] * width), width);
  const right = clamp(Math.round(look.blank[2] * width), width);
  const top = clamp(Math.round(look.blank[1] * height), height);
  const bottom = clamp(Math.round(look.blank[3] * height), height);
  out.fill(BLACK, 0, top * width);
  for (let row = top; row < bottom; row++) {
    const at = row * width;
    out.fill(BLACK, at, at + left);
    if (look.edge > 0) {
      const above = row > 0 ? at - width : at;
      const below = row < height - 1 ? at + width : at;
      for (let c = left; c < right; c++) {
        const value = values[at + c] as number;
        const beside = (values[at + Math.max(c - 1, 0)] as number) + (values[at + Math.min(c + 1, width - 1)] as number);
        const around = beside + (values[above + c] as number) + (values[below + c] as number);
        const sharp = Math.round(value + 2 * look.edge * (value - 0.25 * around));
        out[at + c] = table[sharp < 0 ? 0 : sharp > 255 ? 255 : sharp] as number;
      }
    } else {
      for (let i = at + left; i < at + right; i++) out[i] = table[values[i] as number] as number;
    }
    out.fill(BLACK, at + right, at + width);
  }
  out.fill(BLACK, bottom * width);
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

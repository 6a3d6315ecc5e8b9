/** Drawing a stored frame: with WebGL2 where a graphics processor does it, else on a plain canvas. */
import { hasQuickGl } from '../viewport/graphics.ts';
import type { View } from './look.ts';
import { toGreys, type Field, type Tone } from './tone.ts';
import { Shader } from './shader.ts';

export interface Picture {
  values: Uint16Array;
  /** What is taken from the logarithm: the moved mask; null without subtraction. */
  minus: Float32Array | null;
  width: number;
  height: number;
  tone: Tone;
  invert: boolean;
  view: View;
  field: Field;
}

export interface Painter {
  readonly kind: 'webgl2' | '2d';
  draw(picture: Picture): void;
  dispose(): void;
}

/** A painter for a canvas. Software WebGL is slower than none, so it is left out. */
export function painterFor(canvas: HTMLCanvasElement): Painter {
  if (hasQuickGl()) {
    try {
      return new Shader(canvas);
    } catch {
      // the plain canvas draws the same picture
    }
  }
  return new PlainPainter(canvas);
}

/** Greys by table, placed by the canvas's own transformation. */
export class PlainPainter implements Painter {
  readonly kind = '2d';
  private readonly context: CanvasRenderingContext2D;
  private readonly scratch = document.createElement('canvas');
  private image: ImageData | null = null;

  /** @throws Error when the browser gives no canvas at all. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!context) throw new Error('This browser gives no canvas.');
    this.context = context;
  }

  draw(picture: Picture): void {
    const { context, canvas, scratch } = this;
    const { width, height, view } = picture;
    const inside = scratch.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!inside) return;
    if (this.image?.width !== width || this.image.height !== height) {
      scratch.width = width;
      scratch.height = height;
      this.image = inside.createImageData(width, height);
    }
    toGreys(picture.values, picture.minus, picture.tone, picture.invert, new Uint32Array(this.image.data.buffer));
    inside.putImageData(this.image, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [a, b, c, d] = view.turn;
    const [w, h] = [canvas.width, canvas.height];
    const { zoom, panX, panY } = view;
    context.setTransform(w * zoom * a, h * zoom * b, w * zoom * c, h * zoom * d, w * (0.5 - zoom * (a * panX + c * panY)), h * (0.5 - zoom * (b * panX + d * panY)));
    const [left, top, right, bottom] = picture.field;
    context.imageSmoothingEnabled = zoom * w !== width;
    context.drawImage(scratch, left * width, top * height, (right - left) * width, (bottom - top) * height, left, top, right - left, bottom - top);
  }

  dispose(): void {
    this.scratch.width = 0;
    this.image = null;
  }
}

import { shownGrey, type GreyFrame, type Look, type Renderer } from './look';

/** Renderer for browsers without WebGL2: window by table, zoom by drawImage; no edge enhancement. */
export class CanvasRenderer implements Renderer {
  readonly kind = '2d';
  private readonly context: CanvasRenderingContext2D;
  private readonly scratch = document.createElement('canvas');
  private readonly table = new Uint32Array(256);
  private tableFor = '';

  /** @throws Error when the browser gives no canvas at all. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser gives no canvas.');
    this.context = context;
  }

  draw(frame: GreyFrame, look: Look): void {
    const { context, canvas, scratch } = this;
    scratch.width = frame.width;
    scratch.height = frame.height;
    const inside = scratch.getContext('2d', { willReadFrequently: true });
    if (!inside) return;
    const image = frame.source instanceof Uint8Array ? inside.createImageData(frame.width, frame.height) : read(inside, frame);
    const pixels = new Uint32Array(image.data.buffer);
    const table = this.greys(look);
    if (frame.source instanceof Uint8Array) {
      for (let i = 0; i < pixels.length; i++) pixels[i] = table[frame.source[i] ?? 0] ?? 0;
    } else {
      for (let i = 0; i < pixels.length; i++) pixels[i] = table[(pixels[i] ?? 0) & 255] ?? 0;
    }
    inside.putImageData(image, 0, 0);
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [left, top, right, bottom] = look.blank;
    const screen = (u: number, pan: number, span: number) => (0.5 + (u - pan) * look.zoom) * span;
    const x = screen(left, look.panX, canvas.width);
    const y = screen(top, look.panY, canvas.height);
    context.drawImage(
      scratch,
      left * frame.width,
      top * frame.height,
      (right - left) * frame.width,
      (bottom - top) * frame.height,
      x,
      y,
      screen(right, look.panX, canvas.width) - x,
      screen(bottom, look.panY, canvas.height) - y,
    );
  }

  dispose(): void {
    this.scratch.width = 0;
  }

  private greys(look: Look): Uint32Array {
    const key = `${look.window} ${look.level} ${look.invert}`;
    if (key !== this.tableFor) {
      this.tableFor = key;
      for (let i = 0; i < 256; i++) this.table[i] = (0xff000000 | (Math.round(shownGrey(i / 255, look) * 255) * 0x010101)) >>> 0;
    }
    return this.table;
  }
}

function read(inside: CanvasRenderingContext2D, frame: GreyFrame): ImageData {
  inside.drawImage(frame.source as ImageBitmap, 0, 0);
  return inside.getImageData(0, 0, frame.width, frame.height);
}

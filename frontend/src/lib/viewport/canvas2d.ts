import { toScreenGreys } from './greys';
import type { GreyFrame, Look, Renderer } from './look';

/** Renderer for machines without a graphics processor: greys by table, zoom by drawImage. */
export class CanvasRenderer implements Renderer {
  readonly kind = '2d';
  private readonly context: CanvasRenderingContext2D;
  private readonly scratch = document.createElement('canvas');
  private image: ImageData | null = null;

  /** @throws Error when the browser gives no canvas at all. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    // Kept in plain memory: pixels are written there, and no graphics processor is waited for.
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!context) throw new Error('This browser gives no canvas.');
    this.context = context;
  }

  draw(frame: GreyFrame, look: Look): void {
    const { context, canvas, scratch } = this;
    const { width, height } = frame;
    if (this.image?.width !== width || this.image.height !== height) {
      scratch.width = width;
      scratch.height = height;
      this.image = context.createImageData(width, height);
    }
    const values = frame.source instanceof Uint8Array ? frame.source : this.read(frame);
    toScreenGreys(values, width, height, look, new Uint32Array(this.image.data.buffer));
    if (canvas.width === width && look.zoom === 1 && look.panX === 0.5 && look.panY === 0.5) {
      context.putImageData(this.image, 0, 0);
      return;
    }
    const inside = this.inside();
    inside.putImageData(this.image, 0, 0);
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const screen = (u: number, pan: number, span: number) => (0.5 + (u - pan) * look.zoom) * span;
    context.drawImage(
      scratch,
      screen(0, look.panX, canvas.width),
      screen(0, look.panY, canvas.height),
      look.zoom * canvas.width,
      look.zoom * canvas.height,
    );
  }

  dispose(): void {
    this.scratch.width = 0;
    this.image = null;
  }

  private inside(): CanvasRenderingContext2D {
    const inside = this.scratch.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!inside) throw new Error('This browser gives no canvas.');
    return inside;
  }

  private read(frame: GreyFrame): Uint8Array {
    const inside = this.inside();
    inside.drawImage(frame.source as ImageBitmap, 0, 0);
    const pixels = inside.getImageData(0, 0, frame.width, frame.height).data;
    const greys = new Uint8Array(frame.width * frame.height);
    for (let i = 0; i < greys.length; i++) greys[i] = pixels[4 * i] ?? 0;
    return greys;
  }
}

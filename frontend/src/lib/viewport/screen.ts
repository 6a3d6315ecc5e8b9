import { CanvasRenderer } from './canvas2d';
import { hasQuickGl } from './graphics';
import { PLAIN, type GreyFrame, type Look, type Renderer } from './look';
import { WebglRenderer } from './webgl';

/**
 * A square monitor: keeps the last frame and redraws it when look or size change.
 * The canvas holds at most as many pixels as the frame and at most as many as the screen shows.
 */
export class Screen {
  look: Look = { ...PLAIN };
  private renderer: Renderer;
  private frame: GreyFrame | null = null;
  private readonly watcher: ResizeObserver;
  private shownPx = 512;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.renderer = makeRenderer(canvas);
    this.watcher = new ResizeObserver(([entry]) => {
      const css = entry?.contentRect.width ?? 0;
      this.shownPx = Math.max(64, Math.round(css * devicePixelRatio));
      this.redraw();
    });
    this.watcher.observe(canvas);
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      this.renderer = makeRenderer(canvas);
      this.redraw();
    });
  }

  get kind(): Renderer['kind'] {
    return this.renderer.kind;
  }

  /** Pixels a side on the person's screen. */
  get pixels(): number {
    return this.shownPx;
  }

  draw(frame: GreyFrame): void {
    const old = this.frame?.source;
    if (old instanceof ImageBitmap && old !== frame.source) old.close();
    this.frame = frame;
    this.redraw();
  }

  redraw(): void {
    if (!this.frame) return;
    const side = Math.min(this.frame.width, this.shownPx);
    if (this.canvas.width !== side) {
      this.canvas.width = side;
      this.canvas.height = side;
    }
    this.renderer.draw(this.frame, this.look);
  }

  dispose(): void {
    this.watcher.disconnect();
    this.renderer.dispose();
  }
}

function makeRenderer(canvas: HTMLCanvasElement): Renderer {
  if (hasQuickGl()) {
    try {
      return new WebglRenderer(canvas);
    } catch {
      // the plain canvas draws the same picture
    }
  }
  return new CanvasRenderer(canvas);
}

/** Sweeping traces of the patient monitor: new samples are drawn behind a moving gap, the rest is left alone. */

export interface Channel {
  colour: string;
  /** Samples waiting to be drawn (125 a second); the painter takes them out. */
  source: number[];
  /** Sample value at the bottom and at the top of the lane. */
  range: [number, number];
}

const SAMPLES_PER_S = 125;
/** 25 mm/s at 3.8 px/mm. */
const PX_PER_S = 95;
const GAP_PX = 14;
const MAX_BACKLOG = 250;

export class Sweep {
  private x = 0;
  private y: number | null = null;
  private width = 0;
  private height = 0;
  private dpr = 1;
  private readonly context: CanvasRenderingContext2D | null;
  private readonly watcher: ResizeObserver;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly channel: Channel,
  ) {
    this.context = canvas.getContext('2d', { willReadFrequently: true });
    this.watcher = new ResizeObserver(() => this.fit());
    this.watcher.observe(canvas);
    this.fit();
  }

  dispose(): void {
    this.watcher.disconnect();
  }

  /** Draw what came since the last picture. */
  paint(): void {
    const { context, channel } = this;
    if (!context || !channel.source.length || !this.width) return;
    const samples = channel.source.splice(0).slice(-MAX_BACKLOG);
    const step = PX_PER_S / SAMPLES_PER_S;
    const [low, high] = channel.range;
    context.strokeStyle = channel.colour;
    context.lineWidth = 1.4;
    context.lineJoin = 'round';
    context.beginPath();
    if (this.y !== null) context.moveTo(this.x, this.y);
    for (const sample of samples) {
      const share = Math.min(1, Math.max(0, (sample - low) / (high - low)));
      const y = this.height - 3 - share * (this.height - 6);
      if (this.x + step > this.width) {
        context.stroke();
        context.beginPath();
        this.x = 0;
        this.y = null;
      }
      context.clearRect(this.x + 0.8, 0, GAP_PX, this.height);
      const next = this.x + step;
      if (this.y === null) context.moveTo(next, y);
      else context.lineTo(next, y);
      this.x = next;
      this.y = y;
    }
    context.stroke();
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.dpr = devicePixelRatio;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * this.dpr);
    this.canvas.height = Math.round(clientHeight * this.dpr);
    this.context?.scale(this.dpr, this.dpr);
    this.x = 0;
    this.y = null;
  }
}

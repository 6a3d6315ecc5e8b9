import type { Room } from '../stream/room.svelte';
import { PLAIN, type Look } from '../viewport/look';

const EDGE_STEPS = [0, 0.3, 0.6, 1];

/** How this page shows the live picture: shader values alone, kept for this session in this browser. */
export class View {
  look = $state.raw<Look>({ ...PLAIN });
  onChange: () => void = () => {};
  private readonly place: string;

  constructor(room: Room) {
    this.place = `angiosuite.look.${room.id}`;
    this.look = { ...PLAIN, ...kept(this.place) };
  }

  nudge(window: number, level: number): void {
    this.set({
      window: clamp(this.look.window + window, 8, 512),
      level: clamp(this.look.level + level, -64, 320),
    });
  }

  stepEdge(): void {
    const next = EDGE_STEPS.findIndex((step) => step > this.look.edge + 0.01);
    this.set({ edge: EDGE_STEPS[Math.max(0, next)] ?? 0 });
  }

  toggleInvert(): void {
    this.set({ invert: !this.look.invert });
  }

  reset(): void {
    this.set({ ...PLAIN });
  }

  zoomBy(factor: number, x = 0.5, y = 0.5): void {
    const { zoom, panX, panY } = this.look;
    const next = clamp(zoom * factor, 1, 8);
    const u = panX + (x - 0.5) / zoom;
    const v = panY + (y - 0.5) / zoom;
    this.show({ zoom: next, ...inFrame(next, u - (x - 0.5) / next, v - (y - 0.5) / next) });
  }

  panBy(dx: number, dy: number): void {
    const { zoom, panX, panY } = this.look;
    this.show(inFrame(zoom, panX - dx / zoom, panY - dy / zoom));
  }

  /** Change only what this page shows. */
  show(change: Partial<Look>): void {
    this.look = { ...this.look, ...change };
    this.onChange();
  }

  private set(change: Partial<Look>): void {
    this.show(change);
    const { window: width, level, edge, invert } = this.look;
    try {
      localStorage.setItem(this.place, JSON.stringify({ window: width, level, edge, invert }));
    } catch {
      // without storage the look lasts until the page is left
    }
  }
}

function kept(place: string): Partial<Look> {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Look>;
  } catch {
    return {};
  }
}

function inFrame(zoom: number, panX: number, panY: number): { panX: number; panY: number } {
  const half = 0.5 / zoom;
  return { panX: clamp(panX, half, 1 - half), panY: clamp(panY, half, 1 - half) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Fingers on a pad: one drags, two twist. */

interface Spot {
  x: number;
  y: number;
}

export interface Moved {
  /** Pixels to the right and down. */
  x: number;
  y: number;
  /** Degrees clockwise that two fingers turned. */
  deg: number;
}

export class Twist {
  private readonly fingers = new Map<number, Spot>();

  down(id: number, x: number, y: number): void {
    this.fingers.set(id, { x, y });
  }

  up(id: number): void {
    this.fingers.delete(id);
  }

  /** What a finger's move means; null for one that is not down. Two fingers: their middle drags up and down only. */
  move(id: number, x: number, y: number): Moved | null {
    const was = this.fingers.get(id);
    if (!was) return null;
    this.fingers.set(id, { x, y });
    const other = [...this.fingers].find(([one]) => one !== id)?.[1];
    if (!other || this.fingers.size !== 2) return { x: x - was.x, y: y - was.y, deg: 0 };
    const turned = angle(other, { x, y }) - angle(other, was);
    return { x: 0, y: (y - was.y) / 2, deg: ((turned + 540) % 360) - 180 };
  }
}

const angle = (from: Spot, to: Spot): number => (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;

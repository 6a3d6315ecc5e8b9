import type { Turn } from './turn';

/** The small volume of an import under a turn that is not applied yet; axes are z (to the head), y (to the back), x (to the left). */
export class Volume {
  constructor(
    readonly hu: Int16Array,
    readonly shape: readonly [number, number, number],
    readonly spacingMm: number,
    readonly vessels: Uint8Array | null,
  ) {}

  /** Sizes after a turn. */
  sizes(turn: Turn): [number, number, number] {
    const size = (n: number) => this.shape[turn.axes[n] as 0 | 1 | 2];
    return [size(0), size(1), size(2)];
  }

  /** Offset of the first voxel and the step along each new axis. */
  strides(turn: Turn): { first: number; steps: [number, number, number] } {
    const old = [this.shape[1] * this.shape[2], this.shape[2], 1];
    let first = 0;
    const step = (n: 0 | 1 | 2) => {
      const along = old[turn.axes[n] as 0 | 1 | 2]!;
      if (!turn.flips[n]) return along;
      first += (this.shape[turn.axes[n] as 0 | 1 | 2] - 1) * along;
      return -along;
    };
    return { steps: [step(0), step(1), step(2)], first };
  }
}

/** A plane of the body: which axis it cuts, and which run down and to the right; true runs against the axis. */
export interface Plane {
  id: 'axial' | 'coronal' | 'sagittal';
  title: string;
  across: 0 | 1 | 2;
  down: 0 | 1 | 2;
  right: 0 | 1 | 2;
  downReversed: boolean;
  letters: { top: string; bottom: string; left: string; right: string };
}

/** Seen from the feet, from the front and from the left, as radiology has it. */
export const PLANES: readonly Plane[] = [
  { id: 'axial', title: 'Axial', across: 0, down: 1, right: 2, downReversed: false, letters: { top: 'A', bottom: 'P', left: 'R', right: 'L' } },
  { id: 'coronal', title: 'Coronal', across: 1, down: 0, right: 2, downReversed: true, letters: { top: 'H', bottom: 'F', left: 'R', right: 'L' } },
  { id: 'sagittal', title: 'Sagittal', across: 2, down: 0, right: 1, downReversed: true, letters: { top: 'H', bottom: 'F', left: 'A', right: 'P' } },
];

export interface Window {
  id: string;
  label: string;
  width: number;
  level: number;
}

export const WINDOWS: readonly Window[] = [
  { id: 'soft', label: 'Soft tissue', width: 400, level: 40 },
  { id: 'bone', label: 'Bone', width: 1800, level: 400 },
  { id: 'lung', label: 'Lung', width: 1500, level: -600 },
];

const MARK = [143, 232, 210] as const;

/** One slice as grey values, marked vessels in mint. */
export function drawSlice(canvas: HTMLCanvasElement, volume: Volume, turn: Turn, plane: Plane, at: readonly number[], window: Window, marked: boolean): void {
  const sizes = volume.sizes(turn);
  const { first, steps } = volume.strides(turn);
  const rows = sizes[plane.down];
  const columns = sizes[plane.right];
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(columns, rows);
  const pixels = picture.data;
  const start = first + (at[plane.across] ?? 0) * steps[plane.across];
  const low = window.level - window.width / 2;
  const scale = 255 / window.width;
  let k = 0;
  for (let row = 0; row < rows; row++) {
    let offset = start + (plane.downReversed ? rows - 1 - row : row) * steps[plane.down];
    for (let column = 0; column < columns; column++, offset += steps[plane.right], k += 4) {
      const grey = (volume.hu[offset]! - low) * scale;
      pixels[k] = pixels[k + 1] = pixels[k + 2] = grey;
      pixels[k + 3] = 255;
      if (marked && volume.vessels && (volume.vessels[offset >> 3]! >> (offset & 7)) & 1) {
        for (let channel = 0; channel < 3; channel++) pixels[k + channel] = 0.35 * pixels[k + channel]! + 0.65 * MARK[channel]!;
      }
    }
  }
  context.putImageData(picture, 0, 0);
  cross(context, rows, columns, plane, at);
}

/** Where the other two slices are. */
function cross(context: CanvasRenderingContext2D, rows: number, columns: number, plane: Plane, at: readonly number[]): void {
  const down = at[plane.down] ?? 0;
  context.fillStyle = 'rgb(127 180 245 / 0.55)';
  context.fillRect(0, plane.downReversed ? rows - 1 - down : down, columns, 0.5);
  context.fillRect(at[plane.right] ?? 0, 0, 0.5, rows);
}

const STEP = 2;

/** The brightest voxel along one axis: bones, never skin. Rows run down along `down`, columns along `right`. */
export function drawBones(canvas: HTMLCanvasElement, volume: Volume, turn: Turn, across: 0 | 1 | 2, down: 0 | 1 | 2, right: 0 | 1 | 2, downReversed: boolean, rightReversed: boolean): void {
  const sizes = volume.sizes(turn);
  const { first, steps } = volume.strides(turn);
  const rows = Math.ceil(sizes[down] / STEP);
  const columns = Math.ceil(sizes[right] / STEP);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(columns, rows);
  let k = 0;
  for (let row = 0; row < rows; row++) {
    const d = (downReversed ? rows - 1 - row : row) * STEP * steps[down];
    for (let column = 0; column < columns; column++, k += 4) {
      let offset = first + d + (rightReversed ? columns - 1 - column : column) * STEP * steps[right];
      let most = -1024;
      for (let n = 0; n < sizes[across]; n += STEP, offset += STEP * steps[across]) {
        const value = volume.hu[offset]!;
        if (value > most) most = value;
      }
      picture.data[k] = picture.data[k + 1] = picture.data[k + 2] = (most + 250) / 4.5;
      picture.data[k + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
}

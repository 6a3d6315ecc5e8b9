import { readSlices, sliceAddress, type Plane, type SliceRange, type Slices, type SliceSet, type Vec3 } from './data';
import { at, inSlice, nearestSlice } from './slice_space';

export const PLANES: readonly Plane[] = ['axial', 'coronal', 'sagittal'];

/** CT and MR slices of the same patient: what is shown, and the cross that goes with the picked place. */
export class Slicing {
  all = $state.raw<Slices | null>(null);
  fault = $state<string | null>(null);
  waiting = $state(false);
  modality = $state('');
  phase = $state('');
  window = $state('');
  plane = $state<Plane>('axial');
  index = $state(0);
  /** Point that the cross marks, patient space. */
  cross = $state.raw<Vec3 | null>(null);

  readonly set = $derived.by<SliceSet | null>(() => this.all?.modalities.find((one) => one.id === this.modality) ?? this.all?.modalities[0] ?? null);
  readonly range = $derived.by<SliceRange | null>(() => this.set?.planes[this.plane] ?? null);
  readonly phaseNow = $derived.by(() => this.set?.phases.find((one) => one.id === this.phase) ?? this.set?.phases[0] ?? null);
  readonly windowNow = $derived.by(() => this.set?.windows.find((one) => one.id === this.window) ?? this.set?.windows[0] ?? null);
  readonly address = $derived.by(() => {
    const { set, range, plane, index, phaseNow, windowNow } = this;
    return set && range ? sliceAddress(this.session, { modality: set.id, plane, index, phase: phaseNow?.id ?? '', window: windowNow?.id ?? '' }) : null;
  });
  /** The cross as shares of the slice's width and height. */
  readonly mark = $derived.by(() => (this.cross && this.range ? inSlice(this.range, this.cross) : null));

  constructor(private readonly session: string) {}

  async need(): Promise<void> {
    if (this.all || this.waiting) return;
    this.waiting = true;
    this.fault = null;
    try {
      this.all = await readSlices(this.session);
      this.index = Math.floor((this.range?.count ?? 1) / 2);
      this.follow();
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    } finally {
      this.waiting = false;
    }
  }

  step(by: number): void {
    this.goTo(this.index + by);
  }

  goTo(index: number): void {
    this.index = Math.min((this.range?.count ?? 1) - 1, Math.max(0, Math.round(index)));
  }

  usePlane(plane: Plane): void {
    this.plane = plane;
    this.goTo((this.range?.count ?? 1) / 2);
    this.follow();
  }

  nextPlane(): void {
    this.usePlane(PLANES[(PLANES.indexOf(this.plane) + 1) % PLANES.length] ?? 'axial');
  }

  useModality(id: string): void {
    this.modality = id;
    this.goTo(this.index);
    this.follow();
  }

  nextPhase(): void {
    const all = this.set?.phases ?? [];
    this.phase = all[(all.findIndex((one) => one.id === this.phaseNow?.id) + 1) % Math.max(1, all.length)]?.id ?? '';
  }

  /** The cross goes to a point, and the slice that holds it is shown. */
  show(point: Vec3 | null): void {
    this.cross = point;
    this.follow();
  }

  private follow(): void {
    if (this.cross && this.range) this.goTo(nearestSlice(this.range, this.cross));
  }

  /** A click on the slice: the cross goes there. */
  click(u: number, v: number): void {
    if (this.range) this.cross = at(this.range, this.index, u, v);
  }
}

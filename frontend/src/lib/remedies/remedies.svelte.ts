import type { Room } from '../stream/room.svelte';
import type { Suite } from '../suite/suite.svelte';
import { after, drugsOf, fluidsOf, NOTHING, OXYGEN_L_MIN, settled, type Choice } from './choice';
import { remediesIn, type Drug, type Route } from './data';

/** Drugs, fluid, oxygen, clotting times and help as one page works with them. */
export class Remedies {
  choice = $state.raw<Choice>(NOTHING);
  fluidMl = $state<number | null>(null);

  readonly state = $derived.by(() => remediesIn(this.room.state));
  readonly on = $derived.by(() => this.state !== null);
  readonly all = $derived.by<Drug[]>(() => this.state?.drugs ?? []);
  readonly drugs = $derived.by(() => drugsOf(this.all));
  readonly fluid = $derived.by<Drug | null>(() => fluidsOf(this.all)[0] ?? null);
  readonly now = $derived.by(() => settled(this.all, this.choice));
  readonly ml = $derived.by(() => this.fluidMl ?? this.fluid?.doses.at(-1) ?? null);

  constructor(private readonly room: Room) {}

  pick(drug: string): void {
    this.choice = { drug, dose: null, route: null };
  }

  nextDrug(): void {
    const now = this.now?.drug;
    const next = now && after(this.drugs, now);
    if (next) this.pick(next.id);
  }

  take(dose: number): void {
    if (this.now) this.choice = { drug: this.now.drug.id, dose, route: this.now.route };
  }

  nextDose(): void {
    const next = this.now && after(this.now.drug.doses, this.now.dose);
    if (next !== null && next !== undefined) this.take(next);
  }

  by(route: Route): void {
    if (this.now) this.choice = { drug: this.now.drug.id, dose: this.now.dose, route };
  }

  nextRoute(): void {
    const next = this.now && after(this.now.drug.routes, this.now.route);
    if (next) this.by(next);
  }

  give(): void {
    const now = this.now;
    if (now) this.room.send('drug.give', { drug: now.drug.id, dose: now.dose, route: now.route });
  }

  measure(): void {
    this.room.send('drug.measure_act', {});
  }

  run(): void {
    if (this.fluid && this.ml !== null) this.room.send('fluid.give', { ml: this.ml, fluid: this.fluid.id });
  }

  nextMl(): void {
    if (this.fluid && this.ml !== null) this.fluidMl = after(this.fluid.doses, this.ml) ?? null;
  }

  oxygen(l_min: number): void {
    this.room.send('oxygen.give', { l_min });
  }

  nextOxygen(): void {
    this.oxygen(after(OXYGEN_L_MIN, this.state?.oxygen_l_min ?? 0) ?? 0);
  }

  call(): void {
    this.room.send('help.call', {});
  }
}

const known = new WeakMap<Suite, Remedies>();

/** The remedies of a suite page, made with it. */
export function remediesOf(suite: Suite): Remedies {
  let found = known.get(suite);
  if (!found) known.set(suite, (found = new Remedies(suite.room)));
  return found;
}

import type { Drug, Route } from './data';

/** What one page has chosen to give next. */
export interface Choice {
  drug: string | null;
  dose: number | null;
  route: Route | null;
}

export const NOTHING: Choice = { drug: null, dose: null, route: null };
/** Litres a minute that one key steps through. */
export const OXYGEN_L_MIN = [0, 2, 6, 10];
/** A clotting time is old after this, minutes. */
export const OLD_MIN = 30;

/** Drugs proper: fluids and oxygen have controls of their own. */
export function drugsOf(all: readonly Drug[]): Drug[] {
  return all.filter((one) => one.acts !== 'crystalloid' && one.acts !== 'oxygen');
}

export function fluidsOf(all: readonly Drug[]): Drug[] {
  return all.filter((one) => one.acts === 'crystalloid');
}

/** The chosen drug with a dose and a route that it has; the first of each where nothing is chosen. */
export function settled(all: readonly Drug[], choice: Choice): { drug: Drug; dose: number; route: Route } | null {
  const drugs = drugsOf(all);
  const drug = drugs.find((one) => one.id === choice.drug) ?? drugs[0];
  const first = drug?.doses[0];
  const usual = drug?.routes[0];
  if (!drug || first === undefined || usual === undefined) return null;
  const dose = choice.dose !== null && drug.doses.includes(choice.dose) ? choice.dose : first;
  const route = choice.route !== null && drug.routes.includes(choice.route) ? choice.route : usual;
  return { drug, dose, route };
}

/** The one after `now`, the first after the last. */
export function after<T>(all: readonly T[], now: T): T | undefined {
  return all[(all.indexOf(now) + 1) % all.length];
}

/** Whole minutes between two simulated times; 0 when the second lies before the first. */
export function minutesSince(us: number, nowUs: number): number {
  return Math.max(0, Math.floor((nowUs - us) / 60e6));
}

/** `5,000 IU` as it is read on a syringe. */
export function doseWords(dose: number, unit: string): string {
  return `${dose.toLocaleString('en-GB')} ${unit}`;
}

import type { DrillPatient } from './drills';

/** The patient met least often, as the server would choose: the first in the drill's order among equals. */
export function nextPatient(patients: readonly DrillPatient[]): DrillPatient | undefined {
  return patients.reduce<DrillPatient | undefined>((best, one) => (best && best.attempts <= one.attempts ? best : one), undefined);
}

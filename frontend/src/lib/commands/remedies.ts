import { remediesOf } from '../remedies/remedies.svelte';
import type { ArmPage, Suite } from '../suite/suite.svelte';
import type { Command } from './commands';

const PAGE: string = 'remedies';
const here = (s: Suite): boolean => remediesOf(s).on;
const chosen = (s: Suite): boolean => remediesOf(s).now !== null;
const fluid = (s: Suite): boolean => remediesOf(s).fluid !== null;

export const remedyCommands: Command[] = [
  { id: 'page.remedies', label: 'Drugs, fluid, clotting time, help; or back to the C-arm', short: 'remedies', group: 'page', keys: ['Alt+Shift+KeyR'], watch: true, when: here, run: (s) => s.turnArm(PAGE as ArmPage) },
  { id: 'remedies.drug', label: 'Next drug of the list', short: 'next drug', group: 'patient', keys: ['Alt+Shift+KeyE'], when: chosen, run: (s) => remediesOf(s).nextDrug() },
  { id: 'remedies.dose', label: 'Next dose of this drug', short: 'next dose', group: 'patient', keys: ['Alt+Shift+KeyN'], when: chosen, run: (s) => remediesOf(s).nextDose() },
  { id: 'remedies.route', label: 'Into a vein, or through the catheter', short: 'route', group: 'patient', keys: ['Alt+Shift+KeyL'], when: chosen, run: (s) => remediesOf(s).nextRoute() },
  { id: 'remedies.give', label: 'Give the chosen dose', short: 'give', group: 'patient', keys: ['Alt+Shift+Enter'], when: chosen, run: (s) => remediesOf(s).give() },
  { id: 'remedies.act', label: 'Take blood for a clotting time (ACT)', short: 'measure ACT', group: 'patient', keys: ['Alt+Shift+KeyC'], when: here, run: (s) => remediesOf(s).measure() },
  { id: 'remedies.ml', label: 'Next volume of fluid', short: 'fluid ml', group: 'patient', keys: ['Alt+Shift+KeyM'], when: fluid, run: (s) => remediesOf(s).nextMl() },
  { id: 'remedies.fluid', label: 'Let fluid run into a vein', short: 'fluid', group: 'patient', keys: ['Alt+Shift+KeyF'], when: fluid, run: (s) => remediesOf(s).run() },
  { id: 'remedies.oxygen', label: 'Oxygen, next step; after the last: off', short: 'oxygen', group: 'patient', keys: ['Alt+Shift+KeyO'], when: here, run: (s) => remediesOf(s).nextOxygen() },
  { id: 'help.call', label: 'Call for help', short: 'call for help', group: 'patient', keys: ['Alt+Shift+KeyH'], when: here, run: (s) => remediesOf(s).call() },
];

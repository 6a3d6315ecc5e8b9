import type { Command } from './commands';

export const patientCommands: Command[] = [
  { id: 'breathe.in', label: '“Breathe in and hold”', short: 'breathe in', group: 'patient', keys: ['F2'], run: (s) => s.breathe('in') },
  { id: 'breathe.out', label: '“Breathe out and hold”', short: 'breathe out', group: 'patient', keys: ['F4'], run: (s) => s.breathe('out') },
  { id: 'breathe.hold', label: '“Stop breathing”', short: 'stop', group: 'patient', keys: ['Comma'], run: (s) => s.breathe('hold') },
  { id: 'breathe.free', label: '“Breathe”', short: 'breathe', group: 'patient', keys: ['Slash'], run: (s) => s.breathe('free') },
  { id: 'patient.moves', label: 'The patient moves 3 mm to the left and 2 mm headwards', short: 'patient moves', group: 'patient', keys: ['Shift+F2'], run: (s) => s.angio.movePatient() },
  { id: 'patient.moves_back', label: 'The patient moves 3 mm to the right and 2 mm footwards', short: 'moves back', group: 'patient', keys: ['Shift+F4'], run: (s) => s.angio.movePatient(true) },
  { id: 'patient.restless', label: 'Restlessness of the patient, next step', short: 'restless', group: 'patient', keys: ['Shift+F8'], run: (s) => s.angio.nextRestless() },
];

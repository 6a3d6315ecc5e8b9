import type { Command } from './commands';

export const patientCommands: Command[] = [
  { id: 'breathe.in', label: '“Breathe in and hold”', short: 'breathe in', group: 'patient', keys: ['F2'], run: (s) => s.breathe('in') },
  { id: 'breathe.out', label: '“Breathe out and hold”', short: 'breathe out', group: 'patient', keys: ['F4'], run: (s) => s.breathe('out') },
  { id: 'breathe.hold', label: '“Stop breathing”', short: 'stop', group: 'patient', keys: ['Comma'], run: (s) => s.breathe('hold') },
  { id: 'breathe.free', label: '“Breathe”', short: 'breathe', group: 'patient', keys: ['Slash'], run: (s) => s.breathe('free') },
];

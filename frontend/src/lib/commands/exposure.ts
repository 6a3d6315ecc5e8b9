import type { Command } from './commands';

export const exposureCommands: Command[] = [
  { id: 'fov.smaller', label: 'Magnify: smaller field of view', short: 'magnify', group: 'gantry', keys: ['Shift+Equal'], run: (s) => s.stepExposure('fov_cm', -1) },
  { id: 'fov.larger', label: 'Larger field of view', short: 'larger field', group: 'gantry', keys: ['Shift+Minus'], run: (s) => s.stepExposure('fov_cm', 1) },
  { id: 'pulse.slower', label: 'Fewer pulses a second', short: 'slower', group: 'xray', keys: ['Shift+Comma'], run: (s) => s.stepExposure('pulse_rate', -1) },
  { id: 'pulse.faster', label: 'More pulses a second', short: 'faster', group: 'xray', keys: ['Shift+Period'], run: (s) => s.stepExposure('pulse_rate', 1) },
  { id: 'dose.level', label: 'Next dose level', short: 'dose level', group: 'xray', keys: ['Alt+KeyL'], run: (s) => s.cycleDoseLevel() },
  { id: 'grid.toggle', label: 'Grid in or out', short: 'grid', group: 'xray', keys: ['Alt+KeyG'], run: (s) => s.setExposure({ grid: !s.room.live.exposure?.grid }) },
  { id: 'matrix.toggle', label: 'Matrix 512 or 1024', short: 'matrix', group: 'image', keys: ['Alt+KeyX'], run: (s) => s.setExposure({ frame_size: s.room.live.exposure?.frame_size === 1024 ? 512 : 1024 }) },
];

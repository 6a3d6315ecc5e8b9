import type { Suite } from '../suite/suite.svelte';
import type { Command } from './commands';

const FINE = 0.25;

function axis(name: string, rate: number) {
  return {
    hold: true,
    run: (s: Suite, fine: boolean) => s.move(name, fine ? rate * FINE : rate),
    release: (s: Suite) => s.move(name, 0),
  };
}

function blade(edge: string, rate: number) {
  return {
    hold: true,
    mode: 'collimate' as const,
    run: (s: Suite, fine: boolean) => s.moveBlades(edge, fine ? rate * FINE : rate),
    release: (s: Suite) => s.moveBlades(edge, 0),
  };
}

/** Directions everybody asks for; slots of the room's own stored poses come before them. */
export const PRESETS = [
  { name: 'AP', rotation_deg: 0, angulation_deg: 0 },
  { name: 'LAO 30', rotation_deg: 30, angulation_deg: 0 },
  { name: 'RAO 30', rotation_deg: -30, angulation_deg: 0 },
  { name: 'LAO 90, lateral', rotation_deg: 90, angulation_deg: 0 },
  { name: 'CRA 20', rotation_deg: 0, angulation_deg: 20 },
  { name: 'CAU 20', rotation_deg: 0, angulation_deg: -20 },
] as const;

const SLOTS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const gantryCommands: Command[] = [
  { id: 'gantry.cranial', label: 'Angulate cranial', short: 'cranial', group: 'gantry', keys: ['KeyI'], ...axis('angulation', 1) },
  { id: 'gantry.caudal', label: 'Angulate caudal', short: 'caudal', group: 'gantry', keys: ['KeyK'], ...axis('angulation', -1) },
  { id: 'gantry.lao', label: 'Rotate to LAO', short: 'LAO', group: 'gantry', keys: ['KeyJ'], ...axis('rotation', 1) },
  { id: 'gantry.rao', label: 'Rotate to RAO', short: 'RAO', group: 'gantry', keys: ['KeyL'], ...axis('rotation', -1) },
  { id: 'gantry.sid_up', label: 'Detector away (SID longer)', short: 'SID +', group: 'gantry', keys: ['KeyU'], ...axis('sid', 1) },
  { id: 'gantry.sid_down', label: 'Detector closer (SID shorter)', short: 'SID −', group: 'gantry', keys: ['KeyO'], ...axis('sid', -1) },
  { id: 'table.left', label: 'Table to the left of the screen', short: 'table ←', group: 'gantry', keys: ['ArrowLeft'], ...axis('table_x', -1) },
  { id: 'table.right', label: 'Table to the right of the screen', short: 'table →', group: 'gantry', keys: ['ArrowRight'], ...axis('table_x', 1) },
  { id: 'table.head', label: 'Table headwards', short: 'table ↑', group: 'gantry', keys: ['ArrowUp'], ...axis('table_z', 1) },
  { id: 'table.foot', label: 'Table footwards', short: 'table ↓', group: 'gantry', keys: ['ArrowDown'], ...axis('table_z', -1) },
  { id: 'table.up', label: 'Table up', short: 'table up', group: 'gantry', keys: ['PageUp'], ...axis('table_y', 1) },
  { id: 'table.down', label: 'Table down', short: 'table down', group: 'gantry', keys: ['PageDown'], ...axis('table_y', -1) },
  { id: 'detector.ccw', label: 'Turn the detector counter-clockwise', short: 'detector ⟲', group: 'gantry', keys: ['Alt+KeyU'], ...axis('detector_rotation', -1) },
  { id: 'detector.cw', label: 'Turn the detector clockwise', short: 'detector ⟳', group: 'gantry', keys: ['Alt+KeyO'], ...axis('detector_rotation', 1) },
  { id: 'table.tilt_down', label: 'Tilt the table, head down', short: 'head down', group: 'gantry', keys: ['Alt+PageDown'], ...axis('table_tilt', 1) },
  { id: 'table.tilt_up', label: 'Tilt the table, head up', short: 'head up', group: 'gantry', keys: ['Alt+PageUp'], ...axis('table_tilt', -1) },
  { id: 'gantry.halt', label: 'Stop all movement', short: 'stop moving', group: 'gantry', keys: ['Pause', 'Alt+Backspace'], run: (s) => s.room.send('gantry.halt') },
  { id: 'mode.poses', label: 'Poses: a digit goes there', short: 'poses', group: 'gantry', keys: ['KeyG'], run: (s) => s.setMode('poses') },
  { id: 'mode.store_pose', label: 'Save this angle as a pose: a digit names it', short: 'save pose', group: 'gantry', keys: ['Shift+KeyG'], run: (s) => s.setMode('store-pose') },
  ...SLOTS.map((slot): Command => ({
    id: `pose.recall.${slot}`,
    label: `Go to pose ${slot}`,
    short: `pose ${slot}`,
    group: 'gantry',
    keys: [`Digit${slot}`],
    mode: 'poses',
    when: (s) => s.hasPose(slot),
    run: (s) => s.goToSlot(slot),
  })),
  ...SLOTS.map((slot): Command => ({
    id: `pose.store.${slot}`,
    label: `Save this angle as pose ${slot}`,
    short: `save ${slot}`,
    group: 'gantry',
    keys: [`Digit${slot}`],
    mode: 'store-pose',
    run: (s) => s.storeSlot(slot),
  })),
  ...PRESETS.map((preset, i): Command => ({
    id: `pose.preset.${i}`,
    label: `Go to ${preset.name}`,
    short: preset.name,
    group: 'gantry',
    keys: [],
    when: (s) => !s.room.state.poses?.some((one) => one.pose.rotation_deg === preset.rotation_deg && one.pose.angulation_deg === preset.angulation_deg),
    run: (s) => s.goTo({ rotation_deg: preset.rotation_deg, angulation_deg: preset.angulation_deg }),
  })),
  { id: 'mode.collimate', label: 'Collimate: arrows move the blades', short: 'collimate', group: 'gantry', keys: ['KeyC'], run: (s) => s.setMode('collimate') },
  { id: 'blades.narrower', label: 'Field narrower', short: 'narrower', group: 'gantry', keys: ['ArrowLeft'], ...blade('horizontal', -1) },
  { id: 'blades.wider', label: 'Field wider', short: 'wider', group: 'gantry', keys: ['ArrowRight'], ...blade('horizontal', 1) },
  { id: 'blades.shorter', label: 'Field shorter', short: 'shorter', group: 'gantry', keys: ['ArrowDown'], ...blade('vertical', -1) },
  { id: 'blades.taller', label: 'Field taller', short: 'taller', group: 'gantry', keys: ['ArrowUp'], ...blade('vertical', 1) },
  { id: 'blades.close', label: 'All blades in', short: 'close all', group: 'gantry', keys: ['Minus'], ...blade('iris', -1) },
  { id: 'blades.open', label: 'All blades out', short: 'open all', group: 'gantry', keys: ['Equal'], ...blade('iris', 1) },
  { id: 'blades.reset', label: 'Open the field fully', short: 'open fully', group: 'gantry', keys: ['Backspace'], mode: 'collimate', run: (s) => s.setBlades({ left: 1, right: 1, top: 1, bottom: 1 }) },
  { id: 'wedge.left_in', label: 'Left wedge in', short: 'left wedge in', group: 'gantry', keys: ['KeyJ'], mode: 'collimate', run: (s) => s.moveWedge('left', 0.1) },
  { id: 'wedge.left_out', label: 'Left wedge out', short: 'left wedge out', group: 'gantry', keys: ['Shift+KeyJ'], mode: 'collimate', run: (s) => s.moveWedge('left', -0.1) },
  { id: 'wedge.right_in', label: 'Right wedge in', short: 'right wedge in', group: 'gantry', keys: ['KeyL'], mode: 'collimate', run: (s) => s.moveWedge('right', 0.1) },
  { id: 'wedge.right_out', label: 'Right wedge out', short: 'right wedge out', group: 'gantry', keys: ['Shift+KeyL'], mode: 'collimate', run: (s) => s.moveWedge('right', -0.1) },
];

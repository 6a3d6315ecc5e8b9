import type { Command } from './commands';

/** Windows that have no room for the second monitor (the layout's own rule). */
const SMALL = '(max-width: 1279px), (max-height: 719px)';

export const displayCommands: Command[] = [
  { id: 'window.narrower', label: 'More contrast (narrower window)', short: 'window −', group: 'image', watch: true, keys: ['Alt+ArrowLeft'], run: (s) => s.view.nudge(-12, 0) },
  { id: 'window.wider', label: 'Less contrast (wider window)', short: 'window +', group: 'image', watch: true, keys: ['Alt+ArrowRight'], run: (s) => s.view.nudge(12, 0) },
  { id: 'level.up', label: 'Darker (level up)', short: 'level +', group: 'image', watch: true, keys: ['Alt+ArrowUp'], run: (s) => s.view.nudge(0, 6) },
  { id: 'level.down', label: 'Brighter (level down)', short: 'level −', group: 'image', watch: true, keys: ['Alt+ArrowDown'], run: (s) => s.view.nudge(0, -6) },
  { id: 'zoom.in', label: 'Enlarge the picture', short: 'zoom +', group: 'image', watch: true, keys: ['Equal'], run: (s) => s.view.zoomBy(1.25) },
  { id: 'zoom.out', label: 'Shrink the picture', short: 'zoom −', group: 'image', watch: true, keys: ['Minus'], run: (s) => s.view.zoomBy(0.8) },
  { id: 'view.reset', label: 'Picture as it came: window, zoom', short: 'reset', group: 'image', watch: true, keys: ['Home'], run: (s) => s.view.reset() },
  { id: 'view.invert', label: 'Invert grey', short: 'invert', group: 'image', watch: true, keys: ['Alt+KeyI'], run: (s) => s.view.toggleInvert() },
  { id: 'view.edge', label: 'Edge enhancement, next step', short: 'edges', group: 'image', watch: true, keys: ['Alt+KeyE'], run: (s) => s.view.stepEdge() },
  { id: 'view.recursive', label: 'Noise filter, next step', short: 'noise filter', group: 'image', keys: ['Alt+KeyR'], run: (s) => s.stepRecursive() },
  { id: 'mark.measure', label: 'Measure between two points', short: 'measure', group: 'image', keys: ['Alt+KeyM'], run: (s) => s.marks.use('measure') },
  { id: 'mark.angle', label: 'Measure an angle at the middle of three points', short: 'angle', group: 'image', keys: ['Alt+KeyB'], run: (s) => s.marks.use('angle') },
  { id: 'mark.calibrate', label: 'Calibrate by an object of known length', short: 'calibrate', group: 'image', keys: ['Alt+KeyC'], run: (s) => s.marks.use('calibrate') },
  { id: 'mark.marker', label: 'Calibrate by the bands of a marker catheter', short: 'by bands', group: 'image', keys: ['Alt+KeyJ'], run: (s) => s.marks.use('marker') },
  { id: 'mark.height', label: 'Calibrate by the height above the table', short: 'by height', group: 'image', keys: ['Alt+KeyH'], run: (s) => s.marks.use('height') },
  { id: 'mark.annotate', label: 'Write on the picture', short: 'annotate', group: 'image', keys: ['Alt+KeyA'], run: (s) => s.marks.use('annotate') },
  { id: 'mark.undo', label: 'Take the last mark back', short: 'undo mark', group: 'image', keys: ['Ctrl+KeyZ'], run: (s) => s.marks.undo() },
  { id: 'reference.hold', label: 'Newest stored image to the reference monitor', short: 'to reference', group: 'image', keys: ['Shift+Backslash'], when: (s) => !!s.room.live.stored?.length, run: (s) => s.setReference(s.room.live.stored?.at(-1)?.index ?? null) },
  { id: 'reference.previous', label: 'Reference: image or slice before', short: 'image −', group: 'image', keys: ['BracketLeft'], when: (s) => s.refPage === 'slices' || !!s.room.live.stored?.length, run: (s) => s.stepReference(-1) },
  { id: 'reference.next', label: 'Reference: image or slice after', short: 'image +', group: 'image', keys: ['BracketRight'], when: (s) => s.refPage === 'slices' || !!s.room.live.stored?.length, run: (s) => s.stepReference(1) },
  { id: 'reference.page', label: 'Reference in the place of the live picture (small windows)', short: 'reference', group: 'image', watch: true, keys: ['Digit0'], when: () => matchMedia(SMALL).matches, run: (s) => s.toggleReferencePage() },
];

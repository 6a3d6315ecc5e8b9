import type { Command } from '../commands/commands';
import type { Suite } from '../suite/suite.svelte';
import { PRESETS } from './tone';

const someRun = (s: Suite): boolean => s.review.shown && s.review.viewer.run !== null;

/** A key of the review: counts only while the keys belong to it, and may be used by whoever only watches. */
function key(id: string, label: string, short: string, keys: string[], run: Command['run'], more: Partial<Command> = {}): Command {
  return { id: `review.${id}`, label, short, group: 'review', mode: 'review', watch: true, keys, when: someRun, run, ...more };
}

/** A key that moves the mask. */
function nudge(id: string, label: string, code: string, x: number, y: number): Command[] {
  const shift = { mode: 'review-shift', repeat: true } as const;
  return [
    key(`shift_${id}`, `Mask ${label}, 0.1 pixel`, `mask ${id}`, [code], (s) => s.review.nudge(0.1 * x, 0.1 * y), shift),
    key(`shift_${id}_more`, `Mask ${label}, half a pixel`, `mask ${id}`, [`Shift+${code}`], (s) => s.review.nudge(0.5 * x, 0.5 * y), shift),
  ];
}

export const reviewCommands: Command[] = [
  { id: 'review.toggle', label: 'Review of runs: open, take the keys, close', short: 'review runs', group: 'review', watch: true, keys: ['Alt+KeyV'], run: (s) => s.review.toggle() },
  key('leave', 'Leave the tool, the mask, the review', 'leave', ['Escape'], (s) => s.review.leave(), { when: undefined }),
  key('cine', 'Play or stop', 'play', ['KeyC'], (s) => s.review.play()),
  key('previous', 'Picture before', 'picture −', ['ArrowUp'], (s) => s.review.step(-1), { repeat: true }),
  key('next', 'Picture after', 'picture +', ['ArrowDown'], (s) => s.review.step(1), { repeat: true }),
  key('first', 'First picture', 'first', ['Home'], (s) => s.review.goTo(1)),
  key('last', 'Last picture', 'last', ['End'], (s) => s.review.goTo(Infinity)),
  key('run_before', 'Run before', 'run −', ['PageUp'], (s) => s.review.stepRun(-1)),
  key('run_after', 'Run after', 'run +', ['PageDown'], (s) => s.review.stepRun(1)),
  key('slower', 'Slower', 'slower', ['BracketLeft'], (s) => s.review.speedBy(-1), { repeat: true }),
  key('faster', 'Faster', 'faster', ['BracketRight'], (s) => s.review.speedBy(1), { repeat: true }),
  key('loop', 'Again from the start, back and forth, or once', 'loop', ['KeyO'], (s) => s.review.nextLoop()),
  key('compare', 'Two runs side by side', 'compare', ['KeyY'], (s) => s.review.toggleCompare()),
  key('left', 'Work on the left run', 'left run', ['ArrowLeft'], (s) => s.review.choose(0), { when: (s) => s.review.compare }),
  key('right', 'Work on the right run', 'right run', ['ArrowRight'], (s) => s.review.choose(1), { when: (s) => s.review.compare }),
  key('invert', 'Invert grey', 'invert', ['KeyI'], (s) => s.review.toggleInvert()),
  key('zoom', 'Enlarge by dragging', 'zoom', ['KeyZ'], (s) => s.review.useTool('zoom')),
  key('zoom_in', 'Enlarge', 'zoom +', ['Equal'], (s) => s.review.zoomBy(1.25), { repeat: true }),
  key('zoom_out', 'Shrink', 'zoom −', ['Minus'], (s) => s.review.zoomBy(0.8), { repeat: true }),
  key('flip_h', 'Mirror left to right', 'mirror', ['KeyH'], (s) => s.review.turn(0, true, false)),
  key('flip_v', 'Mirror top to bottom', 'mirror down', ['KeyV'], (s) => s.review.turn(0, false, true)),
  key('turn_right', 'Turn right by 90°', 'turn right', ['KeyR'], (s) => s.review.turn(1, false, false)),
  key('turn_left', 'Turn left by 90°', 'turn left', ['KeyL'], (s) => s.review.turn(3, false, false)),
  ...PRESETS.map((preset, i) => key(`window.${i + 1}`, `Window: ${preset.name}`, preset.name, [`Digit${i + 1}`], (s) => s.review.usePreset(i))),
  key('narrower', 'More contrast (narrower window)', 'window −', ['Alt+ArrowLeft'], (s) => s.review.windowBy(-0.08, 0), { repeat: true }),
  key('wider', 'Less contrast (wider window)', 'window +', ['Alt+ArrowRight'], (s) => s.review.windowBy(0.08, 0), { repeat: true }),
  key('darker', 'Darker (level up)', 'level +', ['Alt+ArrowUp'], (s) => s.review.windowBy(0, 0.03), { repeat: true }),
  key('brighter', 'Brighter (level down)', 'level −', ['Alt+ArrowDown'], (s) => s.review.windowBy(0, -0.03), { repeat: true }),
  key('reset', 'Picture as it came: window, zoom, turns', 'reset', ['Backspace'], (s) => s.review.resetLook()),
  key('subtract', 'Subtraction on or off', 'subtract', ['KeyS'], (s) => s.review.toggleSubtract()),
  key('mask', 'This picture is the mask', 'mask', ['KeyM'], (s) => s.review.maskHere(false)),
  key('mask_add', 'Add this picture to the mask, or take it out', 'mask +', ['Shift+KeyM'], (s) => s.review.maskHere(true)),
  key('peak', 'Peak opacification: the darkest of all pictures', 'peak', ['KeyK'], (s) => s.review.togglePeak()),
  key('region', 'Time–density curve: two corners of a region', 'curve', ['KeyX'], (s) => s.review.useTool('region')),
  key('regions_clear', 'Take the curves away', 'no curves', ['Shift+KeyX'], (s) => s.review.clearCurves(), { when: (s) => someRun(s) && s.review.viewer.curves.regions.length > 0 }),
  key('colour', 'Colours of the time to peak, or none', 'time to peak', ['KeyJ'], (s) => s.review.toggleColour()),
  key('landmark', 'Landmark: bring 30 % of the anatomy back, or none', 'landmark', ['KeyN'], (s) => s.review.toggleLandmark()),
  key('auto_shift', 'Pixel shift by itself', 'auto shift', ['KeyA'], (s) => s.review.autoShift()),
  key('shift', 'Pixel shift: arrows move the mask', 'pixel shift', ['KeyP'], (s) => s.review.toggleShiftKeys()),
  ...nudge('left', 'to the left', 'ArrowLeft', -1, 0),
  ...nudge('right', 'to the right', 'ArrowRight', 1, 0),
  ...nudge('up', 'up', 'ArrowUp', 0, -1),
  ...nudge('down', 'down', 'ArrowDown', 0, 1),
  key('shift_zero', 'Mask back to its place', 'no shift', ['Backspace'], (s) => s.review.setShift([0, 0]), { mode: 'review-shift' }),
  key('measure', 'Measure between two points', 'length', ['KeyD'], (s) => s.review.useTool('length')),
  key('angle', 'Measure an angle at the middle of three points', 'angle', ['KeyG'], (s) => s.review.useTool('angle')),
  key('lines', 'Measure the angle between two lines', 'two lines', ['Shift+KeyG'], (s) => s.review.useTool('lines')),
  key('stenosis', 'Stenosis: points along the vessel, last one twice', 'stenosis', ['KeyQ'], (s) => s.review.useTool('stenosis')),
  key('calibrate', 'Calibrate on the picture', 'calibrate', ['KeyB'], (s) => s.review.useTool('calibrate')),
  key('annotate', 'Write on the picture', 'write', ['KeyW'], (s) => s.review.useTool('annotate')),
  key('undo', 'Take the last step back', 'undo', ['Ctrl+KeyZ'], (s) => s.review.undo(), { when: (s) => s.review.shown }),
  key('save', 'Save this picture as PNG', 'save picture', ['Ctrl+KeyS'], (s) => void s.review.savePicture()),
  key('print', 'Print this picture', 'print', ['Ctrl+KeyP'], (s) => void s.review.printPicture()),
  key('film', 'Save the run as a film, or stop saving', 'save film', ['Ctrl+Shift+KeyS'], (s) => void s.review.saveFilm()),
];

import type { Suite } from '../suite/suite.svelte';
import type { Command } from './commands';

const here = (s: Suite): boolean => s.blood.on;
const placed = (s: Suite): boolean => s.room.state.catheter != null;
const line = (s: Suite): boolean => s.room.state.pressure != null;
const gas = (s: Suite): boolean => s.room.state.gas != null;
const seesTree = (s: Suite): boolean => here(s) && s.blood.seesTree;
const slices = (s: Suite): boolean => here(s) && s.refPage === 'slices';

export const bloodCommands: Command[] = [
  // Catheter
  { id: 'mode.catheter', label: 'Catheter: choose a vessel and a catheter (arrows)', short: 'catheter', group: 'blood', keys: ['Shift+KeyV'], when: here, run: (s) => s.bloodMode('catheter') },
  { id: 'vessel.previous', label: 'Vessel before', short: 'vessel −', group: 'blood', keys: ['ArrowUp'], mode: 'catheter', repeat: true, when: here, run: (s) => s.blood.stepVessel(-1) },
  { id: 'vessel.next', label: 'Next vessel', short: 'vessel +', group: 'blood', keys: ['ArrowDown'], mode: 'catheter', repeat: true, when: here, run: (s) => s.blood.stepVessel(1) },
  { id: 'vessel.nearer', label: 'Place nearer to the origin of the vessel', short: 'nearer', group: 'blood', keys: ['ArrowLeft'], mode: 'catheter', repeat: true, when: here, run: (s) => s.blood.stepPlace(-5) },
  { id: 'vessel.further', label: 'Place further along the vessel', short: 'further', group: 'blood', keys: ['ArrowRight'], mode: 'catheter', repeat: true, when: here, run: (s) => s.blood.stepPlace(5) },
  { id: 'vessel.search', label: 'Search the list of vessels', short: 'search', group: 'blood', keys: ['Slash'], mode: 'catheter', when: here, run: () => document.getElementById('vessel-search')?.focus() },
  { id: 'catheter.next', label: 'Next catheter of the list', short: 'next catheter', group: 'blood', keys: ['KeyC'], mode: 'catheter', when: here, run: (s) => s.blood.stepDevice(1) },
  { id: 'catheter.place', label: 'Place the catheter there', short: 'place', group: 'blood', keys: ['KeyP'], mode: 'catheter', when: (s) => here(s) && s.blood.ready, run: (s) => s.blood.place() },
  { id: 'vessel.picture', label: 'Vessels over the live picture: click a place', short: 'on the picture', group: 'blood', keys: ['Shift+KeyX'], when: seesTree, run: (s) => s.blood.togglePicture() },
  { id: 'vessel.hide', label: 'Hide or show where the vessels run, while there is no task', short: 'hide vessels', group: 'blood', keys: ['Alt+Shift+KeyV'], when: (s) => here(s) && s.doing.task === null, run: (s) => s.blood.showTree(!s.blood.seesTree) },
  { id: 'catheter.advance', label: 'Catheter forward', short: 'advance', group: 'blood', keys: ['KeyW'], repeat: true, when: placed, run: (s) => s.blood.pull(-s.blood.pullMm) },
  { id: 'catheter.pull', label: 'Catheter back', short: 'pull', group: 'blood', keys: ['KeyS'], repeat: true, when: placed, run: (s) => s.blood.pull(s.blood.pullMm) },
  { id: 'catheter.advance_fine', label: 'Catheter forward by 1 mm', short: 'advance 1 mm', group: 'blood', keys: ['Shift+KeyW'], repeat: true, when: placed, run: (s) => s.blood.pull(-1) },
  { id: 'catheter.pull_fine', label: 'Catheter back by 1 mm', short: 'pull 1 mm', group: 'blood', keys: ['Shift+KeyS'], repeat: true, when: placed, run: (s) => s.blood.pull(1) },
  { id: 'catheter.free', label: 'Free the tip: a small pull and turn', short: 'free the tip', group: 'blood', keys: ['KeyA'], when: placed, run: (s) => s.blood.free() },
  { id: 'catheter.remove', label: 'Take the catheter out', short: 'remove', group: 'blood', keys: ['Alt+Delete'], when: placed, run: (s) => s.blood.remove() },
  { id: 'hand.puff', label: 'Puff of contrast by hand', short: 'puff', group: 'blood', keys: ['KeyX'], when: placed, run: (s) => s.blood.puff() },
  { id: 'hand.flush', label: 'Flush the catheter by hand', short: 'flush', group: 'blood', keys: ['KeyF'], when: placed, run: (s) => s.blood.flush() },
  // Injector
  { id: 'mode.injector', label: 'Injector: arrows set rate and volume', short: 'injector', group: 'blood', keys: ['Shift+KeyY'], when: here, run: (s) => s.bloodMode('injector') },
  { id: 'injector.arm', label: 'Arm or disarm the injector', short: 'arm', group: 'blood', keys: ['KeyY'], when: here, run: (s) => s.blood.toggleArm() },
  { id: 'injector.abort', label: 'Stop the injection', short: 'stop injecting', group: 'blood', keys: ['Backspace'], when: here, run: (s) => s.blood.abort() },
  { id: 'injector.rate_more', label: 'Rate higher', short: 'rate +', group: 'blood', keys: ['ArrowUp'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('rate_ml_s', 1) },
  { id: 'injector.rate_less', label: 'Rate lower', short: 'rate −', group: 'blood', keys: ['ArrowDown'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('rate_ml_s', -1) },
  { id: 'injector.volume_more', label: 'Volume larger', short: 'volume +', group: 'blood', keys: ['ArrowRight'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('volume_ml', 1) },
  { id: 'injector.volume_less', label: 'Volume smaller', short: 'volume −', group: 'blood', keys: ['ArrowLeft'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('volume_ml', -1) },
  { id: 'injector.rise_more', label: 'Rise time longer', short: 'rise +', group: 'blood', keys: ['BracketRight'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('rise_s', 1) },
  { id: 'injector.rise_less', label: 'Rise time shorter', short: 'rise −', group: 'blood', keys: ['BracketLeft'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('rise_s', -1) },
  { id: 'injector.limit_more', label: 'Pressure limit higher', short: 'limit +', group: 'blood', keys: ['Equal'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('limit_psi', 1) },
  { id: 'injector.limit_less', label: 'Pressure limit lower', short: 'limit −', group: 'blood', keys: ['Minus'], mode: 'injector', repeat: true, when: here, run: (s) => s.blood.step('limit_psi', -1) },
  { id: 'injector.medium', label: 'Next contrast medium to fill with', short: 'medium', group: 'blood', keys: ['KeyM'], mode: 'injector', when: here, run: (s) => s.blood.nextMedium() },
  { id: 'injector.warmed', label: 'Fill it warmed (37 °C) or at room temperature (20 °C)', short: '37 or 20 °C', group: 'blood', keys: ['KeyW'], mode: 'injector', when: here, run: (s) => { s.blood.warmed = !s.blood.warmed; } },
  { id: 'injector.fill', label: 'Fill the injector', short: 'fill', group: 'blood', keys: ['KeyF'], mode: 'injector', when: here, run: (s) => s.blood.fill() },
  { id: 'injector.purge', label: 'Purge air from syringe and line', short: 'purge', group: 'blood', keys: ['KeyP'], mode: 'injector', when: here, run: (s) => s.blood.purge() },
  { id: 'injector.check', label: 'Look for air', short: 'look for air', group: 'blood', keys: ['KeyA'], mode: 'injector', when: here, run: (s) => s.blood.check() },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n): Command => ({
    id: `injector.protocol.${n}`,
    label: `Protocol ${n} of the list`,
    short: `protocol ${n}`,
    group: 'blood',
    keys: [`Digit${n}`],
    mode: 'injector',
    when: (s) => here(s) && n <= s.blood.protocols.length,
    run: (s) => s.blood.useProtocol(s.blood.protocols[n - 1]?.id),
  })),
  // Carbon dioxide
  { id: 'page.gas', label: 'Carbon dioxide, or back to the C-arm', short: 'CO₂', group: 'page', keys: ['Shift+KeyQ'], watch: true, when: gas, run: (s) => s.turnArm('gas') },
  { id: 'gas.fill', label: 'Fill the reservoir with carbon dioxide', short: 'fill CO₂', group: 'blood', keys: ['KeyG'], mode: 'injector', when: gas, run: (s) => s.blood.fillGas() },
  { id: 'gas.purge', label: 'Purge the reservoir of air', short: 'purge CO₂', group: 'blood', keys: ['Shift+KeyG'], mode: 'injector', when: gas, run: (s) => s.blood.purgeGas() },
  { id: 'gas.inject', label: 'Inject carbon dioxide by hand', short: 'inject CO₂', group: 'blood', keys: ['Alt+Shift+KeyG'], when: (s) => gas(s) && placed(s), run: (s) => s.blood.injectGas() },
  // Pressure
  { id: 'page.pressure', label: 'Pressures: zero, level, record; or back to the C-arm', short: 'pressures', group: 'page', keys: ['Shift+KeyA'], watch: true, when: here, run: (s) => s.turnArm('pressure') },
  { id: 'pressure.zero', label: 'Open the line to air and zero it', short: 'zero', group: 'blood', keys: ['Alt+KeyZ'], when: line, run: (s) => s.blood.zero() },
  { id: 'pressure.higher', label: 'Transducer 1 cm higher', short: 'transducer ↑', group: 'blood', keys: ['Alt+BracketRight'], repeat: true, when: line, run: (s) => s.blood.stepLevel(1) },
  { id: 'pressure.lower', label: 'Transducer 1 cm lower', short: 'transducer ↓', group: 'blood', keys: ['Alt+BracketLeft'], repeat: true, when: line, run: (s) => s.blood.stepLevel(-1) },
  { id: 'pressure.record', label: 'Keep the pressure of this place', short: 'keep pressure', group: 'blood', keys: ['Alt+KeyW'], when: line, run: (s) => s.blood.record() },
  // Second monitor
  { id: 'page.tree', label: '3-D view of the vessels, or back to the reference image', short: '3-D', group: 'page', keys: ['Shift+KeyD'], watch: true, when: seesTree, run: (s) => s.turnReference('tree') },
  { id: 'page.slices', label: 'CT and MR slices, or back to the reference image', short: 'slices', group: 'page', keys: ['Shift+KeyB'], watch: true, when: here, run: (s) => s.turnReference('slices') },
  { id: 'slices.plane', label: 'Slices: axial, coronal, sagittal', short: 'plane', group: 'blood', keys: ['Alt+Shift+KeyP'], watch: true, when: slices, run: (s) => s.blood.slicing.nextPlane() },
  { id: 'slices.phase', label: 'Slices: next phase or weighting', short: 'phase', group: 'blood', keys: ['Alt+Shift+KeyS'], watch: true, when: slices, run: (s) => s.blood.slicing.nextPhase() },
];

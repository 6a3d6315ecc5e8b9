import type { Command } from './commands';

export const pageCommands: Command[] = [
  { id: 'page.palette', label: 'Find or do anything', short: 'find', group: 'page', watch: true, keys: ['Ctrl+KeyK'], run: (s) => s.toggleSheet('palette') },
  { id: 'page.keys', label: 'Key and pedal map', short: 'keys', group: 'page', watch: true, keys: ['Shift+Slash', 'F1'], run: (s) => s.toggleSheet('keys') },
  { id: 'page.bindings', label: 'Change keys and pedals', short: 'change keys', group: 'page', watch: true, keys: ['Ctrl+Comma'], run: (s) => s.toggleSheet('bindings') },
  { id: 'page.next_panel', label: 'Next panel', short: 'next panel', group: 'page', watch: true, keys: ['F6'], run: (s) => s.movePanel(1) },
  { id: 'page.previous_panel', label: 'Panel before', short: 'panel before', group: 'page', watch: true, keys: ['Shift+F6'], run: (s) => s.movePanel(-1) },
  { id: 'page.room', label: 'Room plan: people, shields and what they wear, or back to the C-arm', short: 'room plan', group: 'page', watch: true, keys: ['KeyH'], when: (s) => !!s.room.state.staff, run: (s) => { s.armPage = s.armPage === 'room' ? 'carm' : 'room'; } },
  { id: 'page.skin', label: 'Skin dose on the body, or back to kerma', short: 'skin', group: 'page', watch: true, keys: ['Shift+KeyH'], when: (s) => !!s.room.state.skin, run: (s) => { s.dosePage = s.dosePage === 'skin' ? 'dose' : 'skin'; } },
  { id: 'page.leave', label: 'Close sheet, leave mode or tool', short: 'leave', group: 'page', watch: true, keys: ['Escape'], run: (s) => s.leave() },
  { id: 'session.mark', label: 'Mark this moment in the log', short: 'mark', group: 'page', keys: ['F8'], run: (s) => s.mark() },
  { id: 'session.pause', label: 'Pause or go on', short: 'pause', group: 'page', keys: ['Alt+KeyP'], run: (s) => s.togglePause() },
  { id: 'session.rewind', label: 'Rewind: go on from an earlier moment', short: 'rewind', group: 'page', keys: ['Alt+Shift+Backspace'], when: (s) => s.operator && s.doing.task?.mode !== 'assessed', run: (s) => s.toggleSheet('rewind') },
  { id: 'session.take', label: 'Take over control on this page', short: 'take over', group: 'page', watch: true, keys: ['Alt+KeyT'], when: (s) => !s.operator, run: (s) => s.takeOver() },
  { id: 'sound.toggle', label: 'X-ray tone on or off (high-level and 5-minute signals always sound)', short: 'sound', group: 'page', watch: true, keys: ['Alt+KeyS'], run: (s) => s.toggleSound() },
  { id: 'page.start', label: 'Back to the patients (this session stays)', short: 'patients', group: 'page', watch: true, keys: [], run: () => { location.hash = '#/room'; } },
];

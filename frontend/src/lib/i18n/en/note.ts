import type { Catalogue } from '../index';

/** "Stale or wrong?" and undo, on the pages of the guide, the field and the pathway. */
export default {
  'note.undo': 'Undo',
  'note.ask': 'Stale or wrong?',
  'note.kind': 'What is it?',
  'note.kind.stale': 'Stale',
  'note.kind.wrong': 'Wrong',
  'note.where': 'Where',
  'note.whole': 'The whole of it',
  'note.text': 'What should it say, and where is that written?',
  'note.send': 'Keep this note',
  'note.sent': 'Kept.',
  'note.list': 'Your notes',
} satisfies Catalogue;

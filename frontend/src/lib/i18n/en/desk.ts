import type { Catalogue } from '../index';

/** The frame round every desk page: rail, header, palette. */
export default {
  'desk.brand': 'Angiosuite',
  'desk.pages': 'Pages',
  'desk.skip': 'Go to the content',
  'desk.find': 'Find or do anything',
  'desk.home': 'Home',
  'desk.room': 'Suite',
  'desk.guide': 'Guide',
  'desk.pathway': 'Pathway',
  'desk.evidence': 'Evidence',
  'desk.field': 'Field',
  'desk.settings': 'Settings',
  'desk.more': 'More',
} satisfies Catalogue;

import type { Catalogue } from '../index';

/** Words that every desk page shares. */
export default {
  'way.again': 'Try again',
  'way.cancel': 'Cancel',
  'way.close': 'Close',
  'way.loading': 'Loading',
} satisfies Catalogue;

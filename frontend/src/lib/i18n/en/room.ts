import type { Catalogue } from '../index';

/** Patients, sessions and uploads. */
export default {
  'room.what': 'Patients and sessions',
} satisfies Catalogue;

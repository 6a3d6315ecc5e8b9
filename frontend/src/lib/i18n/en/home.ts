import type { Catalogue } from '../index';

/** Home. */
export default {} satisfies Catalogue;

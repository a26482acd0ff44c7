import { prepareForAll } from '@nx-ml/testing';

/** Jest calls it before the first suite. */
export default prepareForAll;

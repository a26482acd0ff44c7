/**
 * The state folder: what a server keeps for itself and shows to nobody, such as hashed tokens and private keys. Every file in it is
 * read and replaced through here, since one that another user could read or put there is worth nothing.
 */
export { openStateFolder } from './state-folder.js';
export type { StateFolder } from './state-folder.js';
export type { FileMark } from './private-file.js';
export { syncFolder } from './private-file.js';
export { inaccessible, stateFailure, systemCode } from './state-failure.js';

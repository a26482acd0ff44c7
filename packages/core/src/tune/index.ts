/**
 * Tuning: what is searched, which parameters are tried next, which trials are not worth their end, which result is to be believed and
 * when there is nothing left to gain. Pure: histories in, suggestions out; the same seed, trial and history suggest the same on
 * every machine. docs/adr/0039.
 */
export * from './space/index.js';
export * from './choice/index.js';
export * from './pruners/index.js';
export * from './samplers/index.js';

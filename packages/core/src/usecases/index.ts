/**
 * The verbs, cut by subject: each folder has an index of its own, for most commands are over before all subjects are
 * loaded. Here are only the shapes that they share, none of which is there at run time. They speak to
 * ports; adapters are chosen by the shell.
 */
export type * from './events.js';
export type * from './ports.js';

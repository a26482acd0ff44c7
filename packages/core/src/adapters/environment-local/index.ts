/**
 * The machine that this process runs on: its interpreters, their packages, its accelerators.
 */
export { LocalEnvironment } from './environment-probe.js';

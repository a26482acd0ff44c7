/**
 * The engine that runs commands on this machine: each in a process group of its own, which is gone when its outcome
 * is told, and which does not outlive this process even when it is killed with SIGKILL.
 */
export * from './local-engine.js';
export { ProcessGroup } from './process-group.js';

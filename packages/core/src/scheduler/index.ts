/**
 * What runs now. `Scheduler` is a pure state machine over a task graph and the machine's limits: events go in,
 * actions come out, and the same events always bring the same actions. It starts no timer and no promise, so
 * that its promises (no limit overrun, no dependent before its dependency, no deadlock, no starvation) are held
 * by property tests. `runTasks` drives it with real work; `taskResults` is the same as a stream.
 */
export * from './run-tasks.js';
export * from './scheduler.js';
export { planShards } from './shards.js';
export type { Shard, ShardUnit } from './shards.js';
export * from './task-results.js';
export type { TaskNode } from './graph.js';
export type { JobNode, Limits } from './job-queue.js';

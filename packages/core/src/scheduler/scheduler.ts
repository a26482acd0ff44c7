import { buildGraph, usableWeight } from './graph.js';
import type { TaskNode, Vertex } from './graph.js';
import { Heap } from './heap.js';
import { JobQueue } from './job-queue.js';
import type { JobNode, Limits, WaitingJob } from './job-queue.js';

export type SkipReason =
  { readonly reason: 'dependency-failed'; readonly task: string } | { readonly reason: 'cancelled' };

/**
 * What to do next. `resolve`, `run` and `finish` ask for work and are answered by an event;
 * `done`, `failed` and `skip` tell that a task has ended, and each task gets exactly one of them.
 */
export type Action<J extends JobNode = JobNode> =
  | { readonly type: 'resolve'; readonly task: string }
  | { readonly type: 'run'; readonly task: string; readonly job: J }
  | { readonly type: 'finish'; readonly task: string }
  | { readonly type: 'done'; readonly task: string }
  | { readonly type: 'failed'; readonly task: string }
  | { readonly type: 'skip'; readonly task: string; readonly because: SkipReason };

type Phase = 'waiting' | 'ready' | 'resolving' | 'running' | 'finishing' | 'ended';

interface RunningJob<J extends JobNode> {
  readonly job: J;
  /** Its slot and resources were given back. */
  freed: boolean;
}

interface Task<J extends JobNode> {
  readonly vertex: Vertex;
  phase: Phase;
  /** Dependencies that are not done yet. */
  waitsFor: number;
  /** Jobs that have not started. */
  readonly queued: Set<WaitingJob<J>>;
  readonly running: Map<string, RunningJob<J>>;
  failed: boolean;
  /** Cancelled with jobs that had not started. */
  incomplete: boolean;
}

/**
 * Decides what runs now. Each task is first resolved (cheap: up to `limits.resolving` at once, never behind a
 * running job), which may name jobs; each job needs one of `limits.parallel` slots and its resources; when all
 * have ended well the task is finished (its result published) and done. A failed job fails its task: jobs of it
 * that have not started are dropped, those that run end first. Only transitive dependents of a failed task are
 * skipped. Ready work goes by the longest remaining path, then by the order given; `JobQueue` tells how large jobs
 * are kept from starving.
 *
 * Events in the wrong order (a job ended that never ran) are bugs of the caller and throw a plain Error.
 */
export class Scheduler<J extends JobNode = JobNode> {
  readonly #tasks = new Map<string, Task<J>>();
  readonly #ready = new Heap<Task<J>>(isBefore);
  readonly #jobs: JobQueue<J>;
  readonly #maxResolving: number;
  #resolving = 0;
  #unended: number;
  #cancelled = false;
  #news: Action<J>[] = [];

  /** @throws MlError ERR_ML_GRAPH_CYCLE */
  constructor(tasks: readonly TaskNode[], limits: Limits) {
    this.#maxResolving = limits.resolving ?? 16;
    checkLimits(limits);
    this.#jobs = new JobQueue(limits);
    for (const vertex of buildGraph(tasks).values()) this.#tasks.set(vertex.id, newTask(vertex));
    for (const task of this.#tasks.values()) if (task.waitsFor === 0) this.#makeReady(task);
    this.#unended = this.#tasks.size;
  }

  /** Whether every task has ended and `take` has told so. */
  get finished(): boolean {
    return this.#unended === 0 && this.#news.length === 0;
  }

  /** What to do now, in this order. Call it at the start and after each event. */
  take(): readonly Action<J>[] {
    const actions = this.#news;
    this.#news = [];
    if (this.#cancelled) return actions;
    while (this.#resolving < this.#maxResolving) {
      const task = this.#ready.pop();
      if (task === undefined) break;
      this.#resolving += 1;
      task.phase = 'resolving';
      actions.push({ type: 'resolve', task: task.vertex.id });
    }
    for (let next = this.#jobs.next(); next !== undefined; next = this.#jobs.next()) {
      this.#markRunning(next);
      actions.push({ type: 'run', task: next.task, job: next.job });
    }
    return actions;
  }

  /**
   * The task was resolved. Without jobs it is done: its result was restored.
   *
   * @throws MlError ERR_ML_RESOURCES_UNAVAILABLE when a job asks for more than the limits; the task is still being
   * resolved then, and `failed` ends it.
   */
  resolved(id: string, jobs: readonly J[]): void {
    const task = this.#inPhase(id, ['resolving']);
    if (new Set(jobs.map((job) => job.id)).size < jobs.length)
      throw new Error(`two jobs of ${id} have the same id`);
    for (const job of jobs) this.#jobs.check(id, job);
    this.#resolving -= 1;
    if (jobs.length === 0) {
      this.#end(task, { type: 'done', task: id });
      return;
    }
    task.phase = 'running';
    jobs.forEach((job, index) => {
      this.#enqueue(task, job, index);
    });
    if (this.#cancelled) this.#cancelTask(task);
  }

  /**
   * The job runs on, and needs its slot and its resources no more: what its command made is on its way into the store.
   * Where more jobs than there are slots are in that state, nothing starts until one of them has ended.
   */
  jobFreed(id: string, jobId: string): void {
    const running = this.#runningJob(id, jobId);
    if (running.freed) throw new Error(`the job ${jobId} of ${id} was freed twice`);
    running.freed = true;
    this.#jobs.free(running.job);
  }

  jobEnded(id: string, jobId: string, ok: boolean): void {
    const running = this.#runningJob(id, jobId);
    const task = this.#get(id);
    task.running.delete(jobId);
    this.#jobs.release(running.job, running);
    if (!ok) {
      task.failed = true;
      drop(task);
    }
    this.#settle(task);
  }

  /** The task's result was published: it is done. */
  completed(id: string): void {
    this.#end(this.#inPhase(id, ['finishing']), { type: 'done', task: id });
  }

  /** Resolving or finishing the task failed. */
  failed(id: string): void {
    const task = this.#inPhase(id, ['resolving', 'finishing']);
    if (task.phase === 'resolving') this.#resolving -= 1;
    this.#end(task, { type: 'failed', task: id });
  }

  /**
   * Nothing new starts. Tasks that have not started are skipped; what runs is waited for, and a task whose jobs all
   * ran to a good end is still finished, since its result was paid for.
   */
  cancel(): void {
    this.#cancelled = true;
    for (const task of this.#tasks.values()) this.#cancelTask(task);
  }

  #cancelTask(task: Task<J>): void {
    const { phase } = task;
    if (phase === 'waiting' || phase === 'ready') this.#skip(task, { reason: 'cancelled' });
    if (phase !== 'running' || task.queued.size === 0) return;
    task.incomplete = true;
    drop(task);
    this.#settle(task);
  }

  #enqueue(task: Task<J>, job: J, index: number): void {
    const { vertex } = task;
    const path = usableWeight(job.weight, vertex.weight) + vertex.below;
    const waiting = { task: vertex.id, job, path, order: [vertex.index, index] as const, dropped: false };
    task.queued.add(waiting);
    this.#jobs.add(waiting);
  }

  #markRunning(waiting: WaitingJob<J>): void {
    const task = this.#inPhase(waiting.task, ['running']);
    task.queued.delete(waiting);
    task.running.set(waiting.job.id, { job: waiting.job, freed: false });
  }

  #settle(task: Task<J>): void {
    if (task.queued.size > 0 || task.running.size > 0) return;
    const { id } = task.vertex;
    if (task.failed) this.#end(task, { type: 'failed', task: id });
    else if (task.incomplete) this.#skip(task, { reason: 'cancelled' });
    else {
      task.phase = 'finishing';
      this.#news.push({ type: 'finish', task: id });
    }
  }

  #end(task: Task<J>, action: Action<J>): void {
    task.phase = 'ended';
    this.#unended -= 1;
    this.#news.push(action);
    if (action.type === 'done') this.#freeDependents(task);
    if (action.type === 'failed') this.#skipDependents(task);
  }

  #skip(task: Task<J>, because: SkipReason): void {
    this.#end(task, { type: 'skip', task: task.vertex.id, because });
  }

  #freeDependents(task: Task<J>): void {
    for (const { id } of task.vertex.dependents) {
      const dependent = this.#get(id);
      dependent.waitsFor -= 1;
      if (dependent.waitsFor === 0 && dependent.phase === 'waiting') this.#makeReady(dependent);
    }
  }

  #skipDependents(failed: Task<J>): void {
    const because = { reason: 'dependency-failed', task: failed.vertex.id } as const;
    const skipped = [failed];
    for (const { vertex } of skipped)
      for (const { id } of vertex.dependents) {
        const task = this.#get(id);
        if (task.phase === 'ended') continue;
        this.#skip(task, because);
        skipped.push(task);
      }
  }

  #makeReady(task: Task<J>): void {
    task.phase = 'ready';
    this.#ready.push(task);
  }

  #runningJob(id: string, jobId: string): RunningJob<J> {
    const running = this.#inPhase(id, ['running']).running.get(jobId);
    if (running === undefined) throw new Error(`the job ${jobId} of ${id} does not run`);
    return running;
  }

  #get(id: string): Task<J> {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new Error(`there is no task ${id}`);
    return task;
  }

  #inPhase(id: string, phases: readonly Phase[]): Task<J> {
    const task = this.#get(id);
    if (!phases.includes(task.phase))
      throw new Error(`the task ${id} is ${task.phase}, not ${phases.join(' or ')}`);
    return task;
  }
}

function checkLimits({ parallel, gpu, memory, resolving = 1 }: Limits): void {
  for (const places of [parallel, resolving])
    if (!Number.isSafeInteger(places) || places < 1)
      throw new RangeError(`${String(places)} is no number of things to do at once`);
  for (const amount of [gpu, memory])
    if (Number.isNaN(amount) || amount < 0) throw new RangeError(`${String(amount)} is no limit`);
}

function newTask<J extends JobNode>(vertex: Vertex): Task<J> {
  return {
    vertex,
    phase: 'waiting',
    waitsFor: vertex.dependencies,
    queued: new Set(),
    running: new Map(),
    failed: false,
    incomplete: false,
  };
}

function drop<J extends JobNode>(task: Task<J>): void {
  for (const waiting of task.queued) waiting.dropped = true;
  task.queued.clear();
}

function isBefore<J extends JobNode>(a: Task<J>, b: Task<J>): boolean {
  const [left, right] = [a.vertex.weight + a.vertex.below, b.vertex.weight + b.vertex.below];
  return left !== right ? left > right : a.vertex.index < b.vertex.index;
}

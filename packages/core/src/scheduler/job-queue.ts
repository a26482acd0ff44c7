import type { JobResources } from '../engine/index.js';
import { MlError } from '../kernel/index.js';

import { Heap } from './heap.js';

export interface JobNode {
  /** Unique within its task. */
  readonly id: string;
  readonly resources: JobResources;
  /** Predicted milliseconds, for the order only; the task's weight when absent. */
  readonly weight?: number;
}

export interface Limits {
  /** Jobs that may run at once. */
  readonly parallel: number;
  /** Whole GPUs. */
  readonly gpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Tasks that may be resolved at once; 16 when absent. */
  readonly resolving?: number;
}

/** A job that waits for a slot. */
export interface WaitingJob<J extends JobNode> {
  readonly task: string;
  readonly job: J;
  /** Its own weight and the longest path of tasks below it. */
  readonly path: number;
  /** Tie-break: the task's place in the graph, then the job's in its task. */
  readonly order: readonly [number, number];
  /** Set when its task failed or was cancelled: it is passed by. */
  dropped: boolean;
}

/** Jobs that ask for about the same; only the first of them is ever a candidate. */
interface Line<J extends JobNode> {
  readonly jobs: Heap<WaitingJob<J>>;
  /** How many jobs of other lines took what this line's first job was short of. */
  passedOver: number;
}

/** A line and its first job. */
interface Front<J extends JobNode> {
  readonly line: Line<J>;
  readonly first: WaitingJob<J>;
}

/** After this many times a job that does not fit gets a reservation. */
export const patience = 8;

/** Amounts of memory are told apart to this part of the limit, which bounds the number of lines. */
const memoryGrades = 64;

/**
 * The waiting jobs and what is free. `next` gives the job with the longest remaining path among those that fit.
 *
 * A large job could wait for ever beside a stream of small ones. So each time that another job takes some of the
 * GPUs or the memory that the first job of a line is short of, that line was passed over; after `patience` times
 * the resources are reserved for it: until it has started, another job may start only if it leaves as much as the
 * reserved job asks for, or asks for none of that resource. CPU jobs go on beside a job that waits for a GPU.
 * Slots need no reservation: every end of a job frees one, and the reserved job is looked at first.
 *
 * Jobs stand in one line when they ask for the same GPUs and, to a 64th of the limit, the same memory. A step costs
 * O(lines + log jobs), and there are rarely more than a handful of lines.
 */
export class JobQueue<J extends JobNode> {
  readonly #limits: Limits;
  readonly #lines = new Map<string, Line<J>>();
  #slots: number;
  /** Jobs that gave back what they had and have not ended. */
  #publishing = 0;
  #gpu: number;
  #memory: number;
  #reserved: Line<J> | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#slots = limits.parallel;
    this.#gpu = limits.gpu;
    this.#memory = limits.memory;
  }

  /** @throws MlError ERR_ML_RESOURCES_UNAVAILABLE when the job could never run. */
  check(task: string, { id, resources: { gpu, memory } }: J): void {
    for (const amount of [gpu, memory])
      if (!Number.isSafeInteger(amount) || amount < 0)
        throw new Error(`the job ${id} of ${task} asks for ${String(amount)} of a resource`);
    if (gpu > this.#limits.gpu) throw unavailable(task, `${count(gpu, 'GPU')}; ${String(this.#limits.gpu)}`);
    if (memory > this.#limits.memory)
      throw unavailable(task, `${count(memory, 'byte')} of memory; ${String(this.#limits.memory)}`);
  }

  add(waiting: WaitingJob<J>): void {
    const { gpu, memory } = waiting.job.resources;
    const grade = memory === 0 ? 0 : Math.ceil((memory * memoryGrades) / this.#limits.memory);
    const key = `${String(gpu)}/${String(grade)}`;
    const line = this.#lines.get(key) ?? { jobs: new Heap(isBefore), passedOver: 0 };
    this.#lines.set(key, line);
    line.jobs.push(waiting);
  }

  /** Takes a slot and resources for the job it returns; undefined when no job can start now. */
  next(): WaitingJob<J> | undefined {
    if (this.#slots === 0 || this.#publishing > this.#limits.parallel) return undefined;
    const fronts = this.#fronts();
    const chosen = this.#choose(fronts);
    if (chosen !== undefined) this.#start(chosen, fronts);
    return chosen?.first;
  }

  /** Gives back what a job has, though it has not ended: see `Scheduler.jobFreed`. */
  free(job: J): void {
    this.#giveBack(job);
    this.#publishing += 1;
  }

  /** The job ended. */
  release(job: J, { freed }: { readonly freed: boolean }): void {
    if (freed) this.#publishing -= 1;
    else this.#giveBack(job);
  }

  #giveBack({ resources }: J): void {
    this.#slots += 1;
    this.#gpu += resources.gpu;
    this.#memory += resources.memory;
  }

  /** Lets go of dropped jobs that came to the front, and of lines in which nobody waits. */
  #fronts(): Front<J>[] {
    const fronts: Front<J>[] = [];
    for (const [key, line] of this.#lines) {
      while (line.jobs.peek()?.dropped === true) line.jobs.pop();
      const first = line.jobs.peek();
      if (first === undefined) this.#lines.delete(key);
      else fronts.push({ line, first });
    }
    return fronts;
  }

  #choose(fronts: readonly Front<J>[]): Front<J> | undefined {
    const reserved = fronts.find(({ line }) => line === this.#reserved) ?? mostPassedOver(fronts);
    this.#reserved = reserved?.line;
    if (reserved !== undefined && this.#fits(reserved.first.job.resources)) return reserved;
    let best: Front<J> | undefined;
    for (const front of fronts)
      if (this.#mayStart(front, reserved) && (best === undefined || isBefore(front.first, best.first)))
        best = front;
    return best;
  }

  #fits({ gpu, memory }: JobResources): boolean {
    return gpu <= this.#gpu && memory <= this.#memory;
  }

  #mayStart({ first }: Front<J>, reserved: Front<J> | undefined): boolean {
    const asked = first.job.resources;
    if (!this.#fits(asked)) return false;
    if (reserved === undefined) return true;
    const kept = reserved.first.job.resources;
    const leavesGpu = asked.gpu === 0 || this.#gpu - asked.gpu >= kept.gpu;
    const leavesMemory = asked.memory === 0 || this.#memory - asked.memory >= kept.memory;
    return leavesGpu && leavesMemory;
  }

  #start({ line, first }: Front<J>, fronts: readonly Front<J>[]): void {
    const taken = first.job.resources;
    line.jobs.pop();
    this.#slots -= 1;
    this.#gpu -= taken.gpu;
    this.#memory -= taken.memory;
    if (this.#reserved === line) this.#reserved = undefined;
    for (const other of fronts)
      if (this.#isShortOf(other.first.job.resources, taken)) other.line.passedOver += 1;
    line.passedOver = 0;
  }

  #isShortOf(wanted: JobResources, taken: JobResources): boolean {
    return (taken.gpu > 0 && wanted.gpu > this.#gpu) || (taken.memory > 0 && wanted.memory > this.#memory);
  }
}

function mostPassedOver<J extends JobNode>(fronts: readonly Front<J>[]): Front<J> | undefined {
  let most: Front<J> | undefined;
  for (const front of fronts)
    if (front.line.passedOver >= Math.max(patience, (most?.line.passedOver ?? 0) + 1)) most = front;
  return most;
}

function isBefore<J extends JobNode>(a: WaitingJob<J>, b: WaitingJob<J>): boolean {
  if (a.path !== b.path) return a.path > b.path;
  return a.order[0] !== b.order[0] ? a.order[0] < b.order[0] : a.order[1] < b.order[1];
}

function count(amount: number, unit: string): string {
  return `${String(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}

function unavailable(task: string, asksAndHas: string): MlError {
  return new MlError('ERR_ML_RESOURCES_UNAVAILABLE', {
    message: `${task} asks for ${asksAndHas} can be had here`,
    fix: 'Ask for less under resources: in ml.yaml, or run on a larger machine. If the machine has more than was detected, say so in NX_ML_GPUS or NX_ML_MEMORY.',
  });
}

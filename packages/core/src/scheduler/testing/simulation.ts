import type { JobResources } from '../../engine/index.js';
import { Scheduler } from '../index.js';
import type { Action, JobNode, Limits, TaskNode } from '../index.js';

/** A task and all that will happen to it. */
export interface ScriptedTask extends TaskNode {
  readonly resolves: boolean;
  /** `frees`: gives its slot and resources back before it ends. */
  readonly jobs: readonly (JobNode & { readonly ok: boolean; readonly frees: boolean })[];
  readonly finishes: boolean;
}

export interface Script {
  readonly tasks: readonly ScriptedTask[];
  readonly limits: Limits;
  /** Which of the pending events comes next: each number picks one, modulo how many there are. */
  readonly picks: readonly number[];
  /** Cancels before this event. */
  readonly cancelAt?: number | undefined;
}

interface Pending {
  readonly action: Action<ScriptedJob>;
  readonly answer: (scheduler: Scheduler<ScriptedJob>) => void;
  /** Gives back what the job holds; comes before `answer`. */
  readonly free?: boolean;
}

type ScriptedJob = ScriptedTask['jobs'][number];

/** Everything that the scheduler said, in order, with what was in use after each action. */
export interface Trace {
  readonly actions: readonly Action<ScriptedJob>[];
  readonly peak: JobResources & {
    readonly slots: number;
    readonly resolving: number;
    /** Jobs that had given back what they held, and ran on. */
    readonly publishing: number;
  };
  readonly finished: boolean;
  /** Index in `actions` of the first action after cancelling. */
  readonly cancelledAt: number | undefined;
}

/** Plays a script: answers one pending action at a time until nothing is pending any more. */
export function simulate(script: Script): Trace {
  const scheduler = new Scheduler<ScriptedJob>(script.tasks, script.limits);
  const scripts = new Map(script.tasks.map((task) => [task.id, task]));
  const actions: Action<ScriptedJob>[] = [];
  const usage = new Usage();
  let pending: Pending[] = [];
  let cancelledAt: number | undefined;
  const take = (): void => {
    for (const action of scheduler.take()) {
      actions.push(action);
      usage.started(action);
      const answer = answerTo(action, scripts);
      if (answer === undefined) continue;
      const free = action.type === 'run' && action.job.frees;
      pending.push({ action, answer, free });
    }
  };
  take();
  for (let step = 0; pending.length > 0; step += 1) {
    if (step === script.cancelAt) {
      cancelledAt = actions.length;
      scheduler.cancel();
      take();
    }
    const at = (script.picks[step % script.picks.length] ?? 0) % pending.length;
    const next = pending[at];
    pending = pending.filter((other) => other !== next);
    if (next === undefined) break;
    const { action } = next;
    if (next.free === true && action.type === 'run') {
      usage.freed(action);
      scheduler.jobFreed(action.task, action.job.id);
      pending.push({ ...next, free: false });
    } else {
      usage.ended(action);
      next.answer(scheduler);
    }
    take();
  }
  return {
    actions,
    peak: { ...usage.peak, publishing: usage.publishingPeak },
    finished: scheduler.finished,
    cancelledAt,
  };
}

function answerTo(
  action: Action<ScriptedJob>,
  scripts: ReadonlyMap<string, ScriptedTask>,
): Pending['answer'] | undefined {
  const task = scripts.get(action.task);
  if (task === undefined) throw new Error(`unknown task ${action.task}`);
  switch (action.type) {
    case 'resolve':
      return (scheduler) => {
        if (task.resolves) scheduler.resolved(task.id, task.jobs);
        else scheduler.failed(task.id);
      };
    case 'run':
      return (scheduler) => {
        scheduler.jobEnded(task.id, action.job.id, action.job.ok);
      };
    case 'finish':
      return (scheduler) => {
        if (task.finishes) scheduler.completed(task.id);
        else scheduler.failed(task.id);
      };
    case 'done':
    case 'failed':
    case 'skip':
      return undefined;
  }
}

class Usage {
  #now = { slots: 0, gpu: 0, memory: 0, resolving: 0 };
  #publishing = 0;
  publishingPeak = 0;
  peak = { slots: 0, gpu: 0, memory: 0, resolving: 0 };

  started(action: Action): void {
    this.#add(action, 1);
    this.peak = {
      slots: Math.max(this.peak.slots, this.#now.slots),
      gpu: Math.max(this.peak.gpu, this.#now.gpu),
      memory: Math.max(this.peak.memory, this.#now.memory),
      resolving: Math.max(this.peak.resolving, this.#now.resolving),
    };
  }

  freed(action: Action<ScriptedJob>): void {
    this.#add(action, -1);
    this.#publishing += 1;
    this.publishingPeak = Math.max(this.publishingPeak, this.#publishing);
  }

  ended(action: Action<ScriptedJob>): void {
    if (action.type === 'run' && action.job.frees) this.#publishing -= 1;
    else this.#add(action, -1);
  }

  #add(action: Action, sign: 1 | -1): void {
    if (action.type === 'resolve') this.#now.resolving += sign;
    if (action.type !== 'run') return;
    this.#now.slots += sign;
    this.#now.gpu += sign * action.job.resources.gpu;
    this.#now.memory += sign * action.job.resources.memory;
  }
}

import { parse } from 'yaml';

import { evaluate, filled } from './github-expressions.js';
import type { Contexts } from './github-expressions.js';
import { GithubMachine } from './github-machine.js';
import type { Step } from './github-machine.js';

/** The part of a workflow that ours use. */
interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly include: string } };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface RunnerInput {
  readonly workflow: string;
  readonly github: Readonly<Record<string, unknown>>;
  /** Of the repository and of its environments alike. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** A machine of its own for each job: a clone with the packages installed; absolute. */
  readonly machine: () => Promise<string>;
  readonly env: Readonly<Record<string, string>>;
  /** Where caches are, by their keys; absolute. */
  readonly caches: string;
  /** Keys of caches that this run may read begin with one of these, as GitHub keeps those of pull requests apart. */
  readonly readable: readonly string[];
  /** Where this run's artifacts are, by their names; absolute. */
  readonly artifacts: string;
}

export interface JobRun {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  /** Of each machine. */
  readonly folders: readonly string[];
  readonly log: string;
  readonly summary: string;
}

/**
 * Runs a workflow as GitHub would, as far as ours go: jobs by their needs, a matrix, conditions, outputs, caches. Expressions
 * are read as JavaScript, which they are in the form that ours have. Actions of others are not run: a clone with what it
 * installs is there already, and caches are folders.
 */
export class GithubRunner {
  readonly #input: RunnerInput;
  readonly #workflow: Workflow;

  constructor(input: RunnerInput) {
    this.#input = input;
    this.#workflow = parse(input.workflow) as Workflow;
  }

  async run(): Promise<Readonly<Record<string, JobRun>>> {
    const done: Record<string, JobRun> = {};
    for (const [name, job] of Object.entries(this.#workflow.jobs)) {
      const needs = Object.fromEntries([job.needs ?? []].flat().map((need) => [need, done[need]]));
      done[name] = await this.#runJob(job, { needs });
    }
    return done;
  }

  /** One job alone, after what the others came to. */
  async runAlone(name: string, needs: Readonly<Record<string, JobRun>>): Promise<JobRun> {
    const job = this.#workflow.jobs[name];
    if (job === undefined) throw new Error(`the workflow has no job ${name}`);
    return this.#runJob(job, { needs });
  }

  async #runJob(job: Job, { needs }: { readonly needs: Readonly<Record<string, unknown>> }): Promise<JobRun> {
    const { github, secrets, vars } = this.#input;
    const contexts = { github, needs, runner: { os: 'Linux' }, secrets, vars };
    const allPassed = Object.values(needs).every((need) => (need as JobRun).result === 'success');
    const isAsked = job.if === undefined || Boolean(evaluate(job.if, contexts));
    if (!isAsked || (job.if?.includes('cancelled()') !== true && !allPassed))
      return { result: 'skipped', outputs: {}, folders: [], log: '', summary: '' };
    const matrix =
      job.strategy === undefined ? [{}] : (evaluate(job.strategy.matrix.include, contexts) as object[]);
    const runs: JobRun[] = [];
    for (const each of matrix) runs.push(await this.#runOn(job, { ...contexts, matrix: each }));
    const [first] = runs;
    return {
      result: runs.every(({ result }) => result === 'success') ? 'success' : 'failure',
      outputs: first?.outputs ?? {},
      folders: runs.flatMap(({ folders }) => folders),
      log: runs.map(({ log }) => log).join('\n'),
      summary: runs.map(({ summary }) => summary).join('\n'),
    };
  }

  async #runOn(job: Job, given: Contexts): Promise<JobRun> {
    const folder = await this.#input.machine();
    const github = { ...(given['github'] as object), workspace: folder };
    const env = filled({ ...this.#workflow.env, ...job.env }, { ...given, github });
    const machine = new GithubMachine({ ...this.#input, folder, contexts: { ...given, github, env } });
    for (const step of job.steps) await machine.take(step);
    return {
      result: machine.failed ? 'failure' : 'success',
      outputs: filled(job.outputs ?? {}, machine.contexts),
      folders: [folder],
      log: machine.log,
      summary: machine.summary(),
    };
  }
}

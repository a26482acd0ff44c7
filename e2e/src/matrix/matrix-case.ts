import type { TaskState, WorkspaceRig } from '@nx-ml/testing';

/** How Nx is asked; what is not said is as usual. */
export interface Asked {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another clone or worktree. */
  readonly cwd?: string;
}

/** One kind of change, made to a workspace in which everything is up to date, and all that Nx and nx-ml then do. */
export interface MatrixCase {
  /** What changed, as the page says it. */
  readonly change: string;
  readonly make: (rig: WorkspaceRig) => Asked | undefined | Promise<Asked | undefined>;
  /** Commands that run: `project:step:seed`. */
  readonly runs?: readonly string[];
  /** Steps that nx-ml answers without a command: from the store by their run keys, or given data brought there. */
  readonly restored?: readonly string[] | 'all';
  /** The only steps that Nx is asked for, where that is not every step. */
  readonly only?: readonly string[];
  /** Why it is so, where that is not plain. */
  readonly remark?: string;
}

export interface MatrixGroup {
  readonly title: string;
  readonly cases: readonly MatrixCase[];
}

/** Every step of the workspace, as Nx names it. */
export const allSteps: readonly string[] = [
  ...['raw', 'clean', 'rows'].map((name) => `${name}:data`),
  ...['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'].flatMap((name) => [
    `${name}:train`,
    `${name}:evaluate`,
  ]),
];

/** What a case lets every step do. */
export function expectedStates(each: MatrixCase): Readonly<Record<string, TaskState>> {
  const asked = each.only ?? allSteps;
  const executed = new Set((each.runs ?? []).map((run) => run.replace(/:\d*$/, '')));
  const isRestored = (step: string): boolean =>
    each.restored === 'all' || (each.restored ?? []).includes(step);
  return Object.fromEntries(
    asked.map((step) => [step, executed.has(step) ? 'executed' : isRestored(step) ? 'restored' : 'hit']),
  );
}

/** Both steps of a model. */
export const model = (name: string): readonly string[] => [`${name}:train`, `${name}:evaluate`];

/** Every run of a model. */
export const modelRuns = (name: string): readonly string[] => [...trainings(name), ...evaluations(name)];
export const trainings = (name: string): readonly string[] =>
  seedsOf(name).map((seed) => `${name}:train:${seed}`);
export const evaluations = (name: string): readonly string[] =>
  seedsOf(name).map((seed) => `${name}:evaluate:${seed}`);

const seedsOf = (name: string): readonly string[] => (name === 'alpha' ? ['1', '2'] : ['1']);

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { matrixDependencies, matrixWorkspace, WorkspaceRig } from '@nx-ml/testing';
import type { TaskState } from '@nx-ml/testing';

import type { MatrixCase } from './matrix-case.js';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];

/** The text of each step’s manifest, by the step. */
type Manifests = Readonly<Record<string, string>>;

/** What was seen of one change. */
export interface Observation {
  readonly states: Readonly<Record<string, TaskState>>;
  readonly runs: readonly string[];
  /** Results of the steps that Nx was asked for, as they lie in the workspace afterwards. */
  readonly results: Manifests;
  /** The same results made from the same files in an empty store, Nx's cache skipped: what is right. */
  readonly fromNothing: Manifests;
}

/** A workspace in which everything is up to date, and which finds back to that state after every change. */
export class MatrixRig {
  readonly #rig: WorkspaceRig;
  readonly #start: Manifests;

  private constructor(rig: WorkspaceRig) {
    this.#rig = rig;
    this.#start = manifestsOf(rig.root);
  }

  static async create(): Promise<MatrixRig> {
    const rig = await WorkspaceRig.create({ dependencies: matrixDependencies, quick: true });
    rig.write(matrixWorkspace());
    const { code, output } = await rig.cli(['data', 'add', 'datasets/rows/rows.csv']);
    if (code !== 0) throw new Error(output);
    rig.commitAll('start');
    rig.git('tag', 'start');
    await rig.tasks(everything);
    rig.takeTrace();
    return new MatrixRig(rig);
  }

  /** Makes the change, asks Nx, and looks at what happened; the workspace is at its start again afterwards. */
  async observe(each: MatrixCase): Promise<Observation> {
    try {
      const asked = (await each.make(this.#rig)) ?? {};
      this.#rig.takeTrace();
      const { args = everything, cwd = this.#rig.root, env = {} } = asked;
      const states = await this.#rig.tasks(args, { cwd, env });
      const runs = this.#rig.takeTrace(cwd);
      const steps = Object.keys(states);
      const results = pick(manifestsOf(cwd), steps);
      const changed = steps.filter((step) => results[step] !== this.#start[step]);
      const right = { ...pick(this.#start, steps), ...(await this.#fromNothing(changed, env)) };
      return { states, runs, results, fromNothing: right };
    } finally {
      this.#backToStart();
    }
  }

  /** Only what changed is made again: the start itself was made from nothing. */
  async #fromNothing(steps: readonly string[], env: Readonly<Record<string, string>>): Promise<Manifests> {
    if (steps.length === 0) return {};
    const projects = new Set(steps.map((step) => step.replace(/:.*/, '')));
    const store = join(this.#rig.home, 'empty-store');
    await this.#rig.tasks([...everything, '--skip-nx-cache', `--projects=${[...projects].join(',')}`], {
      env: { ...env, NX_ML_STORE: store },
    });
    rmSync(store, { recursive: true, force: true });
    this.#rig.takeTrace();
    return pick(manifestsOf(this.#rig.root), steps);
  }

  #backToStart(): void {
    this.#rig.git('checkout', '--force', '--quiet', 'main');
    this.#rig.git('reset', '--hard', '--quiet', 'start');
    this.#rig.git('clean', '-fdq');
    const rows = 'datasets/rows/rows.csv'; // git does not hold it
    this.#rig.write({ [rows]: matrixWorkspace()[rows] ?? '' });
  }

  dispose(): Promise<void> {
    return this.#rig.dispose();
  }
}

function manifestsOf(root: string): Manifests {
  const folder = join(root, '.nx-ml/manifests');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.manifest.json'))
    .sort();
  return Object.fromEntries(
    files.map((path) => [
      path.replace('/', ':').replace('.manifest.json', ''),
      readFileSync(join(folder, path), 'utf8'),
    ]),
  );
}

function pick(manifests: Manifests, steps: readonly string[]): Manifests {
  return Object.fromEntries(Object.entries(manifests).filter(([step]) => steps.includes(step)));
}

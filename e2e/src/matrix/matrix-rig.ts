import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { matrixDependencies, matrixWorkspace, WorkspaceRig } from '@nx-ml/testing';
import type { TaskState } from '@nx-ml/testing';

import { together } from './change.js';
import type { Change, Manifests } from './change.js';
import type { MatrixCase } from './matrix-case.js';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate'];
const rows = 'datasets/rows/rows.csv'; // git does not hold it

/** What was seen of one change. */
export interface Observation {
  readonly states: Readonly<Record<string, TaskState>>;
  readonly runs: readonly string[];
}

/** A workspace in which everything is up to date, and which finds back to that state after every change. */
export class MatrixRig {
  readonly #rig: WorkspaceRig;
  readonly #start: Manifests;
  /** Those seen since they were last made from nothing. */
  #changes: Change[] = [];

  private constructor(rig: WorkspaceRig) {
    this.#rig = rig;
    this.#start = manifestsOf(rig.root);
  }

  static async create(): Promise<MatrixRig> {
    const rig = await WorkspaceRig.create({ dependencies: matrixDependencies, quick: true });
    rig.write(matrixWorkspace());
    const { code, output } = await rig.cli(['data', 'add', rows]);
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
      const seen = manifestsOf(cwd);
      const changed = Object.keys(states).filter((step) => seen[step] !== this.#start[step]);
      if (changed.length > 0) this.#remember(each.change, pick(seen, changed), env);
      return { states, runs };
    } finally {
      this.#backToStart();
    }
  }

  #remember(name: string, results: Manifests, env: Readonly<Record<string, string>>): void {
    this.#rig.git('add', '--all');
    const tree = this.#rig.git('write-tree').trim();
    const files = this.#rig.git('diff', '--name-only', '--no-renames', '-z', 'start', tree).split('\0');
    this.#changes.push({
      name,
      tree,
      files: files.filter(Boolean),
      ignored: this.#otherRows(),
      env,
      results,
    });
  }

  #otherRows(): Readonly<Record<string, string>> {
    const text = this.#rig.exists(rows) ? this.#rig.read(rows) : undefined;
    return text === undefined || text === matrixWorkspace()[rows] ? {} : { [rows]: text };
  }

  /**
   * Results of the changes seen since the last call, as they were seen and as the same files give them in an empty store,
   * Nx's cache skipped, which is right. Only what changed is made again: the start itself was made from nothing.
   */
  async fromNothing(): Promise<readonly { readonly seen: Manifests; readonly right: Manifests }[]> {
    const compared = [];
    for (const group of together(this.#changes)) {
      const seen = named(group, ({ results }) => results);
      const made = await this.#make(group);
      compared.push({ seen, right: named(group, ({ results }) => pick(made, Object.keys(results))) });
    }
    this.#changes = [];
    return compared;
  }

  /** Makes changes at once, and every result of them from nothing; the workspace is at its start again afterwards. */
  async #make(changes: readonly Change[]): Promise<Manifests> {
    const store = join(this.#rig.home, 'empty-store');
    try {
      for (const change of changes) this.#apply(change);
      const steps = changes.flatMap(({ results }) => Object.keys(results));
      const projects = new Set(steps.map((step) => step.replace(/:.*/, '')));
      await this.#rig.tasks([...everything, '--skip-nx-cache', `--projects=${[...projects].join(',')}`], {
        env: { ...changes[0]?.env, NX_ML_STORE: store },
      });
      return manifestsOf(this.#rig.root);
    } finally {
      rmSync(store, { recursive: true, force: true });
      this.#rig.takeTrace();
      this.#backToStart();
    }
  }

  #apply({ tree, files, ignored }: Change): void {
    const kept = new Set(this.#rig.git('ls-tree', '-r', '--name-only', '-z', tree).split('\0'));
    const there = files.filter((file) => kept.has(file));
    if (there.length > 0) this.#rig.git('checkout', tree, '--', ...there);
    for (const file of files) if (!kept.has(file)) this.#rig.remove(file);
    this.#rig.write(ignored);
  }

  #backToStart(): void {
    this.#rig.git('checkout', '--force', '--quiet', 'main');
    this.#rig.git('reset', '--hard', '--quiet', 'start');
    this.#rig.git('clean', '-fdq');
    this.#rig.write({ [rows]: matrixWorkspace()[rows] ?? '' });
  }

  dispose(): Promise<void> {
    return this.#rig.dispose();
  }
}

/** By the step, behind the name of the change that it is a result of. */
function named(changes: readonly Change[], results: (change: Change) => Manifests): Manifests {
  return Object.fromEntries(
    changes.flatMap((change) =>
      Object.entries(results(change)).map(([step, text]) => [`${change.name}: ${step}`, text]),
    ),
  );
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

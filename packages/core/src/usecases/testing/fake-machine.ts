import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LocalForeignData } from '../../adapters/foreign-fs/index.js';
import { DataFiles } from '../../adapters/workspace-fs/data/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { WorkspaceFiles } from '../../adapters/workspace-fs/index.js';
import type { Claims, Engine, Job, JobOutcome, JobWatcher, Slots } from '../../engine/index.js';
import type { EnvironmentProbe } from '../../environment/index.js';
import { importClosure } from '../../imports/index.js';
import type { Clock } from '../../kernel/index.js';
import { mlYamlError, parseMlYaml } from '../../manifest/index.js';
import type { RunDocument } from '../../manifest/index.js';
import type { MlEvent } from '../events.js';
import type { MlProject, Workspace } from '../ports.js';
import { ForeignTrees } from '../given/foreign-trees.js';
import { RunHistory } from '../records/run-history.js';
import { RunStore } from '../records/run-store.js';
import type { RunStepsDeps } from '../run/run-steps.js';

/** What a scripted command does, given its run document. The default writes a model, metrics or data. */
export type Script = (run: RunDocument, job: Job, watcher: JobWatcher) => JobOutcome | Promise<JobOutcome>;

export const exited = (code: number): JobOutcome => ({ state: 'exited', code });

/** Leaves what a step owes, made of its params and seed, so that equal runs give equal bytes. */
export const wellBehaved: Script = (run) => {
  const bytes = JSON.stringify([run.step, run.params, run.seed]);
  const folder = run.outputs.data ?? run.outputs.model;
  if (folder !== undefined) writeFileSync(join(folder, 'bytes.json'), bytes);
  writeFileSync(run.outputs.metrics, JSON.stringify({ size: bytes.length + (run.seed ?? 0) }));
  return exited(0);
};

/** An engine that runs scripts in this process and notes what it ran. */
export class ScriptedEngine implements Engine {
  readonly name = 'scripted';
  readonly ran: string[] = [];
  readonly jobs: Job[] = [];
  /** Of the job that was started last. */
  signal: AbortSignal | undefined;
  script: Script = wellBehaved;

  async run(job: Job, watcher: JobWatcher, signal: AbortSignal): Promise<JobOutcome> {
    const run = JSON.parse(readFileSync(job.env['ML_RUN'] ?? '', 'utf8')) as RunDocument;
    this.ran.push([run.project, run.step, ...(run.seed === null ? [] : [run.seed])].join(':'));
    this.jobs.push(job);
    this.signal = signal;
    if (signal.aborted) return { state: 'cancelled' };
    return this.script(run, job, watcher);
  }

  take(): readonly string[] {
    return this.ran.splice(0).sort();
  }
}

export interface FakeMachine {
  readonly deps: RunStepsDeps;
  readonly engine: ScriptedEngine;
  readonly objects: MemoryObjectStore;
  readonly events: MlEvent[];
  /** Writes workspace files. */
  write(files: Readonly<Record<string, string>>): void;
}

/** Use cases over real workspace files in `root`, and everything else in memory. Two machines may share stores. */
export function fakeMachine(
  root: string,
  shared: {
    readonly objects?: MemoryObjectStore;
    readonly journals?: MemoryJournal;
    readonly platform?: string;
    readonly claims?: Claims;
  } = {},
): FakeMachine {
  const objects = shared.objects ?? new MemoryObjectStore();
  const stores = { objects, journals: shared.journals ?? new MemoryJournal() };
  const engine = new ScriptedEngine();
  const events: MlEvent[] = [];
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const deps: RunStepsDeps = {
    root,
    stores,
    runs: new RunStore(stores),
    foreign: new ForeignTrees(new LocalForeignData(root, { offline: false }), stores),
    data: new DataFiles({ root, cache: join(root, '.nx-ml/state/data') }),
    engine,
    environment: fakeEnvironment(shared.platform ?? 'linux-x64'),
    slots: freeSlots,
    claims: shared.claims ?? memoryClaims(),
    clock: tickingClock(),
    history: new RunHistory(stores.journals, 'fake'),
    workspaceId: 'fake',
    revision: () => Promise.resolve({ commit: 'c'.repeat(40), branch: 'main', dirty: false }),
    host: 'fake-host',
    processMark: 'fake-process',
    emit: (event) => events.push(event),
    workspace: fakeWorkspace(root),
    writer: {
      write: (path, bytes) => {
        write({ [path]: Buffer.from(bytes).toString('utf8') });
        return Promise.resolve();
      },
    },
  };
  return { deps, engine, objects, events, write };
}

const freeSlots: Slots = {
  capacity: { gpus: ['0'], memory: 1e12 },
  tryAcquire: ({ gpu }) => Promise.resolve({ gpus: gpu > 0 ? ['0'] : [], release: () => Promise.resolve() }),
};

export function memoryClaims(): Claims {
  const held = new Set<string>();
  return {
    tryClaim: (name) => {
      if (held.has(name)) return Promise.resolve(undefined);
      held.add(name);
      return Promise.resolve({
        release: () => {
          held.delete(name);
          return Promise.resolve();
        },
      });
    },
  };
}

/** Each look at the clock takes a millisecond. */
function tickingClock(): Clock {
  let now = Date.UTC(2026, 0, 1);
  const tick = (): number => (now += 1);
  return { now: tick, monotonic: tick };
}

function fakeEnvironment(platform: string): EnvironmentProbe {
  return {
    platform,
    variables: { PATH: '/bin', SECRET: 'hush', TUNING: 'on', UNDECLARED: 'x' },
    nodeVersion: () => Promise.resolve('20.0.0'),
    accelerator: () => Promise.resolve('fake accelerator'),
    python: () =>
      Promise.resolve({
        path: '/usr/bin/python3',
        executable: '/usr/bin/python3',
        version: '3.11.0',
        packages: (modules) => Object.fromEntries(modules.map((name) => [name, '1.0'])),
      }),
  };
}

/** Projects are the folders `<kind>/<name>`; each that has an ml.yaml is an ml project. Nothing is remembered. */
export function fakeWorkspace(root: string): Workspace {
  const files = new WorkspaceFiles(root);
  const projects = (): readonly { name: string; root: string }[] =>
    ['datasets', 'models', 'libs'].flatMap((kind) =>
      files.listFolder(kind).map((name) => ({ name, root: `${kind}/${name}` })),
    );
  const rootOf = (name: string) => projects().find((project) => project.name === name)?.root;
  return {
    root,
    tree: files,
    refreshed: () => fakeWorkspace(root),
    importClosure: (entries) => importClosure(entries, { tree: files, projects: projects() }),
    mlProject: (name) => readProject(name, rootOf(name), files),
    mlProjectNames: () => projects().map(({ name }) => name),
    filesOf: (name) => {
      const folder = rootOf(name);
      return folder === undefined ? [] : files.list(folder);
    },
    glob: (folder, patterns) => (patterns.length === 0 ? [] : files.glob(folder, patterns)),
    ownerOf: (path) => projects().find((project) => path.startsWith(`${project.root}/`))?.name,
    isIgnored: (path) => files.isIgnored(path),
    codeDependencies: () => [],
    mlDependents: () => projects().map(({ name }) => name),
    digestOf: (path) => files.digestOf(path),
    sizeOf: (path) => files.sizeOf(path),
    lockedPackages: (_, names) => Object.fromEntries(names.map((name) => [name, '1.0.0'])),
  };
}

function readProject(name: string, root: string | undefined, files: WorkspaceFiles): MlProject | undefined {
  const file = `${root ?? ''}/ml.yaml`;
  const text = root === undefined ? undefined : files.readText(file);
  if (root === undefined || text === undefined) return undefined;
  const parsed = parseMlYaml(text, file);
  if (!parsed.ok) throw mlYamlError(parsed.problems);
  return { name, root, config: parsed.config };
}

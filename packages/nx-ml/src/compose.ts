import { existsSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';

import type { NxJsonConfiguration, ProjectGraph } from '@nx/devkit';
import { openLocalEngine } from '@nx-ml/core/adapters/engine-local';
import { LocalEnvironment } from '@nx-ml/core/adapters/environment-local';
import { GitRepository } from '@nx-ml/core/adapters/git';
import {
  defaultSlotsFolder,
  detectCapacity,
  hasEnded,
  openClaims,
  openSlots,
  processMark,
} from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import {
  sweepRuns,
  WorkspaceFiles,
  WorkspaceSnapshot,
  writeDerivedFile,
} from '@nx-ml/core/adapters/workspace-fs';
import { digestOf, hexOf } from '@nx-ml/core/kernel';
import type { EnvironmentProbe } from '@nx-ml/core/environment';
import type { Revision } from '@nx-ml/core/manifest';
import { RunHistory, RunStore } from '@nx-ml/core/usecases';
import type { EventSink, RunStepsDeps, Stores, Workspace } from '@nx-ml/core/usecases';
import { runsFolder } from '@nx-ml/core/layout';

import { systemClock } from './system-clock.js';
import { NxWorkspace, readTsPaths, rememberedSources, workspaceId } from './workspace/index.js';
import type { NxWorkspaceInput } from './workspace/index.js';

export interface QuestionsInput {
  /** Absolute. */
  readonly root: string;
  readonly graph: ProjectGraph;
  readonly nxJson: NxJsonConfiguration;
}

/** What it takes to ask about a workspace; nothing of it runs a user's command or writes. */
export interface Questions {
  readonly root: string;
  readonly stores: Stores;
  readonly runs: RunStore;
  readonly history: RunHistory;
  readonly environment: EnvironmentProbe;
  readonly workspace: Workspace;
  readonly sourceControl: GitRepository;
}

/** What it takes to ask alone: the store is neither made nor swept. */
export async function composeQuestions(input: QuestionsInput): Promise<Questions> {
  const stores = await storesToAsk(storeFolder(process.env));
  return questionsOver(input, stores, await workspaceToAsk(input.root, input.graph));
}

/** Before the first run there is no store, which is as good as an empty one. */
async function storesToAsk(root: string): Promise<Stores> {
  if (existsSync(root)) return openFolderStore({ root, readOnly: true });
  return { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
}

/** The one place that decides which adapter answers behind each port. */
function questionsOver({ root, nxJson }: QuestionsInput, stores: Stores, workspace: Workspace): Questions {
  return {
    root,
    stores,
    runs: new RunStore(stores),
    history: new RunHistory(stores.journals, workspaceId(root, nxJson)),
    environment: new LocalEnvironment(),
    sourceControl: new GitRepository(root),
    workspace,
  };
}

/** The workspace as it is now, without a store: what code there is and what it imports. */
export async function workspaceToAsk(root: string, graph: ProjectGraph): Promise<Workspace> {
  const files = new WorkspaceFiles(root);
  return new NxWorkspace({
    ...(await workspaceInput(root, graph, files)),
    view: new WorkspaceSnapshot(files),
  });
}

async function workspaceInput(
  root: string,
  graph: ProjectGraph,
  files: WorkspaceFiles,
): Promise<NxWorkspaceInput> {
  return { root, graph, files, parsed: rememberedSources(root), tsPaths: await readTsPaths(root) };
}

export interface ComposeInput extends QuestionsInput {
  readonly emit: EventSink;
}

export interface Composition extends RunStepsDeps {
  /** Ends helpers that would keep this process, or whoever waits for its children, from ending. */
  close(): void;
}

/** What it takes to run steps as well. */
export async function compose({ emit, ...input }: ComposeInput): Promise<Composition> {
  const store = storeFolder(process.env);
  const { root, graph } = input;
  const workspace = new NxWorkspace(await workspaceInput(root, graph, new WorkspaceFiles(root)));
  const questions = questionsOver(input, await openFolderStore({ root: store }), workspace);
  const engine = openLocalEngine();
  let revision: Promise<Revision | undefined> | undefined;
  sweepRuns(runsFolder(input.root), { hasEnded, now: systemClock.now() });
  return {
    ...questions,
    engine,
    // Once a batch: asking git takes longer than a small step.
    revision: () => (revision ??= questions.sourceControl.revision()),
    slots: openSlots({ capacity: await detectCapacity() }),
    // Two stores share no results, so that waiting for one another would have no use.
    claims: openClaims(join(defaultSlotsFolder(), `claims-${hexOf(digestOf(store)).slice(0, 12)}`)),
    clock: systemClock,
    host: hostname(),
    processMark: processMark(),
    emit,
    close: () => {
      engine.close();
    },
    writer: {
      write: (path, bytes) => {
        writeDerivedFile(join(input.root, path), bytes);
        return Promise.resolve();
      },
    },
  };
}

/** The store of this user, shared by all clones: NX_ML_STORE, else a folder under the user's cache home. */
export function storeFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const cacheHome = variables['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return variables['NX_ML_STORE'] ?? join(cacheHome, 'nx-ml', 'store');
}

/** How many commands may run at once: NX_ML_PARALLEL, else what Nx is told in nx.json or NX_PARALLEL, else 3 as Nx has it. */
export function parallelLimit(nxJson: NxJsonConfiguration): number {
  const wanted = process.env['NX_ML_PARALLEL'] ?? process.env['NX_PARALLEL'] ?? nxJson.parallel;
  const parsed = Number(wanted);
  return Number.isSafeInteger(parsed) && parsed > 0 ? parsed : 3;
}

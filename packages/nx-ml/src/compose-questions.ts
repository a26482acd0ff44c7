import { existsSync } from 'node:fs';

import type { NxJsonConfiguration, ProjectGraph } from '@nx/devkit';
import { LocalEnvironment } from '@nx-ml/core/adapters/environment-local';
import { LocalForeignData } from '@nx-ml/core/adapters/foreign-fs';
import { GitRepository } from '@nx-ml/core/adapters/git';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import { WorkspaceFiles, WorkspaceSnapshot } from '@nx-ml/core/adapters/workspace-fs';
import type { EnvironmentProbe } from '@nx-ml/core/environment';
import type { ObjectStore } from '@nx-ml/core/store';
import type { Workspace } from '@nx-ml/core/usecases';
import { ForeignTrees } from '@nx-ml/core/usecases/given';
import { RunHistory, RunStore } from '@nx-ml/core/usecases/records';
import type { Stores } from '@nx-ml/core/usecases/records';

import type { AskedRemote } from './ask-remote.js';
import { foreignRemotes } from './foreign-remotes.js';
import { remoteAddress } from './remote-at-hand.js';
import { storeFolder } from './store-folder.js';
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
  /** Keeps workspaces apart that share a store. */
  readonly workspaceId: string;
  readonly environment: EnvironmentProbe;
  readonly foreign: ForeignTrees;
  readonly workspace: Workspace;
  readonly sourceControl: GitRepository;
}

/** Questions that the workspace's remote answers too. */
export interface AskedQuestions extends Questions {
  /** The store on this machine alone, where there is a remote beside it. */
  readonly here: ObjectStore | undefined;
  readonly asked: AskedRemote;
}

/** What it takes to ask alone: the store is neither made nor swept. */
export async function composeQuestions(input: QuestionsInput): Promise<Questions> {
  const stores = await storesToAsk(storeFolder(process.env));
  return questionsOver(input, stores, await workspaceToAsk(input.root, input.graph));
}

/** The same with the remote, for what would happen; what comes from it is kept nowhere. */
export async function composeForecast(input: QuestionsInput): Promise<AskedQuestions> {
  const store = storeFolder(process.env);
  const here = await storesToAsk(store);
  const { stores, asked } = await withRemoteToAsk(here, { nxJson: input.nxJson, store });
  const questions = questionsOver(input, stores, await workspaceToAsk(input.root, input.graph));
  return { ...questions, asked, here: asked.place === undefined ? undefined : here.objects };
}

/** Where there is no remote, what it takes to ask one is not loaded. */
async function withRemoteToAsk(
  here: Stores,
  { nxJson, store }: { readonly nxJson: NxJsonConfiguration; readonly store: string },
): Promise<{ readonly stores: Stores; readonly asked: AskedRemote }> {
  const address = remoteAddress(nxJson, process.env);
  if (address === undefined) return { stores: here, asked: { place: undefined, failure: () => undefined } };
  const { withAskedRemote } = await import('./ask-remote.js');
  return withAskedRemote(here, { address, variables: process.env, store });
}

/** Before the first run there is no store, which is as good as an empty one. */
async function storesToAsk(root: string): Promise<Stores> {
  if (existsSync(root)) return openFolderStore({ root, readOnly: true });
  return { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
}

/** Which adapter answers behind each port that a question needs; see compose.ts for the others. */
export function questionsOver(
  { root, nxJson }: QuestionsInput,
  stores: Stores,
  workspace: Workspace,
): Questions {
  const id = workspaceId(root, nxJson);
  return {
    root,
    workspaceId: id,
    stores,
    runs: new RunStore(stores),
    foreign: new ForeignTrees(new LocalForeignData(root, foreignRemotes(process.env)), stores),
    history: new RunHistory(stores.journals, id),
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

export async function workspaceInput(
  root: string,
  graph: ProjectGraph,
  files: WorkspaceFiles,
): Promise<NxWorkspaceInput> {
  return { root, graph, files, parsed: rememberedSources(root), tsPaths: await readTsPaths(root) };
}

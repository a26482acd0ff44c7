import { hostname } from 'node:os';
import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';
import { readSigningKey } from '@nx-ml/core/adapters/bundle-fs';
import { openLocalEngine } from '@nx-ml/core/adapters/engine-local';
import {
  defaultSlotsFolder,
  detectCapacity,
  hasEnded,
  openClaims,
  openSlots,
  processMark,
} from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { sweepRuns, WorkspaceFiles, writeDerivedFile } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import type { SigningKey } from '@nx-ml/core/bundle';
import type { Revision } from '@nx-ml/core/documents';
import { digestOf, hexOf } from '@nx-ml/core/kernel';
import { dataCacheFolder, runsFolder } from '@nx-ml/core/layout';
import type { EventSink } from '@nx-ml/core/usecases';
import type { RunStepsDeps } from '@nx-ml/core/usecases/run';

import { questionsOver, workspaceInput } from './compose-questions.js';
import type { Questions, QuestionsInput } from './compose-questions.js';
import { withRemote } from './compose-remote.js';
import { publishObjects } from './publish-objects.js';
import { storeFolder } from './store-folder.js';
import { trustedKeys } from './trusted-keys.js';
import { systemClock } from './system-clock.js';
import { NxWorkspace } from './workspace/index.js';

export interface ComposeInput extends QuestionsInput {
  readonly emit: EventSink;
  /** Stops what comes from a remote. */
  readonly signal?: AbortSignal;
}

export interface Composition extends RunStepsDeps, Pick<Questions, 'sourceControl'> {
  /** Ends helpers that would keep this process, or whoever waits for its children, from ending. */
  close(): void;
}

/** The one place that decides which adapter answers behind each port that it takes to run steps. */
export async function compose({ emit, signal, ...input }: ComposeInput): Promise<Composition> {
  const store = storeFolder(process.env);
  const { root, graph } = input;
  const workspace = new NxWorkspace(await workspaceInput(root, graph, new WorkspaceFiles(root)));
  const local = await openFolderStore({ root: store, usedBy: root });
  const stores = withRemote(local, { nxJson: input.nxJson, variables: process.env, store, emit, signal });
  const questions = questionsOver(input, stores, workspace);
  const engine = openLocalEngine();
  let revision: Promise<Revision | undefined> | undefined;
  let signingKey: { readonly key: SigningKey | undefined } | undefined;
  sweepRuns(runsFolder(input.root), { hasEnded, now: systemClock.now() });
  return {
    ...questions,
    data: new DataFiles({ root, cache: dataCacheFolder(root) }),
    engine,
    signingKey: () => (signingKey ??= { key: readSigningKey(process.env) }).key,
    // Once a batch: asking git takes longer than a small step.
    revision: () => (revision ??= questions.sourceControl.revision()),
    trustedKeys: () => trustedKeys(process.env),
    publish: (refs) => publishObjects(refs, { nxJson: input.nxJson, stores, store }),
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

/** How many commands may run at once: NX_ML_PARALLEL, else what Nx is told in nx.json or NX_PARALLEL, else 3 as Nx has it. */
export function parallelLimit(nxJson: NxJsonConfiguration): number {
  const wanted = process.env['NX_ML_PARALLEL'] ?? process.env['NX_PARALLEL'] ?? nxJson.parallel;
  const parsed = Number(wanted);
  return Number.isSafeInteger(parsed) && parsed > 0 ? parsed : 3;
}

import { realpathSync } from 'node:fs';

import { verifyStore } from '@nx-ml/core/usecases/store';
import type { Mending, VerifyReport } from '@nx-ml/core/usecases/store';

import { errorText } from '../report/error-text.js';
import { verifyJson, verifyText } from '../report/verify-text.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { remoteIfAny } from './data-transfer.js';
import { mendObjects } from './mend-objects.js';
import { withOptionalValue } from './optional-value.js';
import { noStoreText, storeAtHand } from './store-at-hand.js';
import type { StoreAtHand } from './store-at-hand.js';
import { verifyRemoteOf } from './store-verify-remote.js';
import { watched } from './watched.js';

const help = `nx-ml store verify [--fix] [--remote [URL] [--deep]] [--json]

Reads every byte of the store and compares it with its name, and follows every journal. What is damaged goes to quarantine,
where no step reads it, and it is told which pointers and runs need it and how each is mended. The exit code is 1 when
damage was found that was not mended.

  --fix           put back what is damaged: from what a workspace still has in the place that its pointer stands for, else
                  from the remote. Also brings what this workspace's pointers and results need and the store lacks
  --remote [URL]  look at a remote instead: whether what is there has the names and sizes that indexes, recipes and
                  journals promise. Nothing is changed there. Without URL the workspace's own
  --deep          with --remote: also read every byte that is there, which brings all of it here once
  --json          one JSON object

Examples
  nx-ml store verify
  nx-ml store verify --fix
  nx-ml store verify --remote
  nx-ml store verify --remote /mnt/models --deep
`;

const options = {
  fix: { type: 'boolean' },
  remote: { type: 'string' },
  deep: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const storeVerify: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(withOptionalValue(args, '--remote'), options, help);
    if (positionals.length > 0)
      throw usageError(`nx-ml store verify takes no "${positionals[0] ?? ''}"`, help);
    const { remote, json } = values;
    if (typeof remote === 'string') {
      if (values['fix'] === true)
        throw usageError('--fix mends the store here; a remote is mended by nx-ml data push --again', help);
      return verifyRemoteOf({ address: remote, isDeep: values['deep'] === true, json: json === true }, io);
    }
    if (values['deep'] === true)
      throw usageError('--deep goes with --remote: of the store every byte is read', help);
    const store = await storeAtHand(io.cwd);
    if (store === undefined) {
      io.write(json === true ? 'null\n' : noStoreText());
      return 0;
    }
    const report = await verify(store, values['fix'] === true);
    io.write(json === true ? `${JSON.stringify(verifyJson(report))}\n` : verifyText(report));
    return isWhole(report) ? 0 : 1;
  },
};

function isWhole({ brokenJournals, damaged, missing }: VerifyReport): boolean {
  const isMended = ({ mendedFrom }: { readonly mendedFrom: string | undefined }): boolean =>
    mendedFrom !== undefined;
  return brokenJournals.length === 0 && [...damaged, ...missing].every(isMended);
}

function verify(store: StoreAtHand, isFixing: boolean): Promise<VerifyReport> {
  return watched('verifying', ({ signal, progress }) =>
    verifyStore(
      {
        workspaces: store.workspaces,
        now: systemClock.now(),
        onProgress: ({ done, bytes, of, ofBytes }) => {
          signal.throwIfAborted();
          progress.reach({ files: done, bytes, ofFiles: of, ofBytes });
        },
        ...(isFixing ? { mending: mendingFor(store, signal) } : {}),
      },
      store.deps,
    ),
  );
}

function mendingFor({ root, workspaces }: StoreAtHand, signal: AbortSignal): Mending {
  const workspace = workspaces[0]?.path;
  let remote: ReturnType<typeof remoteIfAny> | undefined;
  return mendObjects({
    root,
    workspace: workspace === undefined ? undefined : realpathSync(workspace),
    signal,
    remote: () => (remote ??= workspace === undefined ? Promise.resolve(undefined) : remoteIfAny(workspace)),
    onFailure: (error) => {
      process.stderr.write(errorText(error));
    },
  });
}

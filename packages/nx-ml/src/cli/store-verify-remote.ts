import { existsSync } from 'node:fs';

import { openGcStore } from '@nx-ml/core/adapters/store-fs/gc';
import type { Digest } from '@nx-ml/core/kernel';
import { verifyRemote } from '@nx-ml/core/usecases/remote';

import { verifyRemoteJson, verifyRemoteText } from '../report/verify-remote-text.js';
import { storeFolder } from '../store-folder.js';
import type { CliIo } from './command.js';
import { remoteNamed } from './data-transfer.js';
import { watched } from './watched.js';

export interface VerifyRemoteOptions {
  /** Empty for that of the workspace. */
  readonly address: string;
  readonly isDeep: boolean;
  readonly json: boolean;
}

/** `store verify --remote`. @returns the exit code: 1 when something is damaged. */
export async function verifyRemoteOf(
  { address, isDeep, json }: VerifyRemoteOptions,
  io: CliIo,
): Promise<number> {
  const remote = await remoteNamed(address, io.cwd);
  const sizes = await knownSizes();
  const report = await watched('verifying', (watch) =>
    verifyRemote({ isDeep, sizeOf: (digest) => sizes.get(digest), ...watch }, remote),
  );
  io.write(json ? `${JSON.stringify(verifyRemoteJson(report))}\n` : verifyRemoteText(report));
  return report.damaged.length === 0 ? 0 : 1;
}

/** What the store here has of them tells the sizes that whole objects must have there. */
async function knownSizes(): Promise<ReadonlyMap<Digest, number>> {
  const root = storeFolder(process.env);
  if (!existsSync(root)) return new Map();
  const objects = await (await openGcStore(root)).objects();
  return new Map([...objects.values()].map(({ digest, size }) => [digest, size]));
}

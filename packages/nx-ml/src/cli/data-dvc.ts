import { dvcListsFolder, sumsCacheFolder } from '@nx-ml/core/layout';
import type { TransferOptions } from '@nx-ml/core/remote';
import type { Stores } from '@nx-ml/core/usecases/records';
import type { DvcDeps } from '@nx-ml/core/usecases/data';

export interface DvcOnDemand {
  /** Absolute; of the workspace. */
  readonly root: string;
  readonly stores: Stores;
  /** Told of every file that is read for its sum. Bytes. */
  readonly onRead?: (bytes: number) => void;
  /** Stops what is read and fetched, and is told of its bytes. */
  readonly watch?: TransferOptions;
}

/** What it takes to know data that DVC keeps, opened when it is first asked for. */
export function dvcOnDemand({ root, stores, onRead, watch }: DvcOnDemand): () => Promise<DvcDeps> {
  let opened: Promise<DvcDeps> | undefined;
  const open = async (): Promise<DvcDeps> => {
    const [{ LocalDataSums, LocalForeignData }, { ForeignTrees }, { foreignRemotes }] = await Promise.all([
      import('@nx-ml/core/adapters/foreign-fs'),
      import('@nx-ml/core/usecases/given'),
      import('../foreign-remotes.js'),
    ]);
    const data = new LocalForeignData(root, {
      ...foreignRemotes(process.env),
      lists: dvcListsFolder(root),
      watch,
    });
    const sums = new LocalDataSums({
      root,
      cache: sumsCacheFolder(root),
      ...(onRead === undefined ? {} : { onRead }),
    });
    return { trees: new ForeignTrees(data, stores), sums };
  };
  return () => (opened ??= open());
}

import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import type { MlError } from '@nx-ml/core/kernel';
import { isMlError } from '@nx-ml/core/kernel';
import { parseRemoteAddress, placeOf } from '@nx-ml/core/remote';
import type { Remote } from '@nx-ml/core/remote';
import type { Stores } from '@nx-ml/core/usecases/records';
import {
  ReadThroughJournal,
  ReadThroughStore,
  RemoteAccess,
  ScratchJournal,
  ScratchStore,
} from '@nx-ml/core/usecases/transfer';

import { openRemote } from './open-remote.js';
import { systemClock } from './system-clock.js';

/** The remote of whoever only asks, and how it answered. */
export interface AskedRemote {
  /** For messages; undefined: the workspace has none. */
  readonly place: string | undefined;
  /** Why it gave no answer, as far as it was asked by now. */
  readonly failure: () => MlError | undefined;
}

interface AskInput {
  readonly address: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute folder of the store on this machine. */
  readonly store: string;
}

/** Stores that answer with what the remote has as well. What comes from it is kept in memory, until this process ends. */
export function withAskedRemote(
  here: Stores,
  { address, variables, store }: AskInput,
): { readonly stores: Stores; readonly asked: AskedRemote } {
  let failure: MlError | undefined;
  const access = new RemoteAccess({
    open: () => openRemote(address, store, variables),
    clock: systemClock,
    onFailure: (error) => {
      if (isMlError(error)) failure ??= error;
    },
  });
  return { stores: through(here, access), asked: { place: placeIn(address), failure: () => failure } };
}

/** The same of a remote that is open already; one that fails is one that has nothing. */
export function storesWith(here: Stores, remote: Remote): Stores {
  const open = (): Promise<Remote> => Promise.resolve(remote);
  return through(here, new RemoteAccess({ open, clock: systemClock, onFailure: () => undefined }));
}

function through(here: Stores, access: RemoteAccess): Stores {
  const objects = new ScratchStore(here.objects, new MemoryObjectStore());
  const journals = new ScratchJournal(here.journals, new MemoryJournal());
  return {
    objects: new ReadThroughStore({ local: objects, access }),
    journals: new ReadThroughJournal(journals, access),
  };
}

/** An address that is refused is told when the remote is asked; it may hold what must not be shown. */
function placeIn(address: string): string {
  try {
    return placeOf(parseRemoteAddress(address));
  } catch (error) {
    if (isMlError(error)) return 'the remote';
    throw error;
  }
}

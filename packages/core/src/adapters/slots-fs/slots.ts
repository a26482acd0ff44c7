import { utimesSync } from 'node:fs';

import type { Capacity, JobResources, Lease, Slots } from '../../engine/index.js';
import { MlError, isMlError, messageOf } from '../../kernel/index.js';

import { livingLeases, removeLease, writeLease } from './lease-files.js';
import { Mutex } from './mutex.js';
import { defaultSlotsFolder, prepareFolder, unusable } from './slots-folder.js';

export interface SlotsOptions {
  /** What this process may lend; `detectCapacity` finds out. */
  readonly capacity: Capacity;
  /** Absolute, on a local file system; `defaultSlotsFolder()` when absent. */
  readonly folder?: string;
}

const hour = 3_600_000;

/**
 * The slots of this machine, for the processes of one user. Touches nothing before the first lease.
 *
 * `tryAcquire` throws ERR_ML_RESOURCES_UNAVAILABLE when more is asked for than there is at all, and
 * ERR_ML_SLOTS_UNUSABLE when the folder is not ours or cannot be used.
 */
export function openSlots({ capacity, folder = defaultSlotsFolder() }: SlotsOptions): Slots {
  const mutex = new Mutex(folder);
  return {
    capacity,
    async tryAcquire(resources) {
      if (resources.gpu === 0 && resources.memory === 0)
        return { gpus: [], release: () => Promise.resolve() };
      checkCapacity(resources, capacity);
      prepareFolder(folder);
      try {
        const taken = await mutex.run(() => {
          mutex.sweep();
          return take(folder, capacity, resources);
        });
        return taken?.value;
      } catch (error) {
        throw isMlError(error) ? error : unusable(folder, `cannot be used: ${messageOf(error)}`, error);
      }
    },
  };
}

function take(folder: string, capacity: Capacity, { gpu, memory }: JobResources): Lease | undefined {
  const leases = livingLeases(folder);
  const lent = new Set(leases.flatMap(({ gpus }) => gpus));
  const free = capacity.gpus.filter((id) => !lent.has(id));
  const used = leases.reduce((sum, lease) => sum + lease.memory, 0);
  if (gpu > free.length || memory > capacity.memory - used) return undefined;
  const gpus = free.slice(0, gpu);
  return leaseOf(writeLease(folder, { gpus, memory }), gpus);
}

function leaseOf(path: string, gpus: readonly string[]): Lease {
  const keep = setInterval(() => {
    touch(path);
  }, hour);
  keep.unref();
  return {
    gpus,
    release: () => {
      clearInterval(keep);
      removeLease(path);
      return Promise.resolve();
    },
  };
}

/** Systems clear old files out of /tmp after days, and a training may take longer. Age decides nothing here. */
function touch(path: string): void {
  const now = Date.now() / 1000;
  try {
    utimesSync(path, now, now);
  } catch {
    // It was removed by hand; nothing can be mended here.
  }
}

function checkCapacity({ gpu, memory }: JobResources, capacity: Capacity): void {
  const [what, has] =
    gpu > capacity.gpus.length
      ? [`${String(gpu)} GPUs`, `${String(capacity.gpus.length)} of them`]
      : [`${String(memory)} bytes of memory`, `${String(capacity.memory)} bytes`];
  if (gpu <= capacity.gpus.length && memory <= capacity.memory) return;
  throw new MlError('ERR_ML_RESOURCES_UNAVAILABLE', {
    message: `${what} were asked for, and this machine has ${has}`,
    fix: 'Ask for less under resources: in ml.yaml. If the machine has more than was detected, say so in NX_ML_GPUS or NX_ML_MEMORY.',
  });
}

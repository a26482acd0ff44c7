import type { JobResources } from './engine.js';

/** What a machine can lend. */
export interface Capacity {
  /** Ids of its GPUs as CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[];
  /** Bytes. */
  readonly memory: number;
}

export interface Lease {
  /** The GPUs lent, for CUDA_VISIBLE_DEVICES. */
  readonly gpus: readonly string[];
  release(): Promise<void>;
}

/**
 * Scarce resources of one machine, shared by every nx-ml process on it, of any workspace.
 *
 * - Never lent twice: the sum of all leases that live stays within the capacity, across processes.
 * - Crash-proof: the lease of a process that is gone (killed, power cut, its pid used again by another) is free again.
 * - Asking for nothing is granted at once and touches no file.
 */
export interface Slots {
  readonly capacity: Capacity;
  /**
   * A lease, or undefined when what is asked for is not free now. Never waits for another lease to end.
   *
   * @throws MlError ERR_ML_RESOURCES_UNAVAILABLE when it is more than the capacity, and could never be free.
   */
  tryAcquire(resources: JobResources): Promise<Lease | undefined>;
}

export interface Claim {
  release(): Promise<void>;
}

/**
 * Names that one process of this machine holds at a time, so that two of them do not do the same work at once.
 *
 * - Exclusive: of any number of processes that try, at most one holds a name.
 * - Crash-proof: the claim of a process that is gone is free again.
 * - A courtesy, not a proof: processes of other machines are not seen. What must be right all the same is guarded by
 *   the store, which publishes a result once.
 */
export interface Claims {
  /** @param name 1 to 100 characters from [A-Za-z0-9._-]. @returns undefined while another holds it. Never waits. */
  tryClaim(name: string): Promise<Claim | undefined>;
}

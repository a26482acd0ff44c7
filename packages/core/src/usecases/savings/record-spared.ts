import type { StepName } from '../../documents/index.js';
import { hexOf } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import type { RunKey } from '../../provenance/index.js';
import { mostRuns, mostSpared } from '../../savings/index.js';
import type { SavingsEntry, SparedRuns } from '../../savings/index.js';
import type { RunStore } from '../records/run-store.js';
import type { SavingsLedger } from './savings-ledger.js';

/** A step that a cache gave a workspace which did not stand at it. */
export interface SparedStep {
  readonly project: string;
  readonly step: StepName;
  readonly gpus: number;
  readonly keys: readonly RunKey[];
}

export interface RecordSparedDeps {
  readonly ledger: SavingsLedger;
  readonly runs: RunStore;
  readonly clock: Pick<Clock, 'now'>;
  /** 32 hex digits that nobody had before. */
  readonly newId: () => string;
}

/** Enters what one command was spared, in as few entries as may be. @throws MlError where the journals cannot be written */
export async function recordSpared(
  spared: readonly SparedStep[],
  by: SavingsEntry['by'],
  { ledger, runs, clock, newId }: RecordSparedDeps,
): Promise<void> {
  const items: SparedRuns[] = [];
  for (const { keys, ...step } of spared)
    for (let start = 0; start < keys.length; start += mostRuns) {
      const some = keys.slice(start, start + mostRuns);
      items.push({ ...step, runs: some.map(hexOf), ...(await timeOf(some, runs)) });
    }
  const at = new Date(clock.now()).toISOString();
  for (let start = 0; start < items.length; start += mostSpared)
    await ledger.add({
      formatVersion: 1,
      id: newId(),
      at,
      by,
      spared: items.slice(start, start + mostSpared),
    });
}

/** Known where all records are at hand; else whoever reads the ledger looks for them. */
export async function timeOf(keys: readonly RunKey[], runs: RunStore): Promise<{ readonly ms?: number }> {
  const records = await Promise.all(keys.map((key) => runs.record(key)));
  let ms = 0;
  for (const record of records) {
    if (record === undefined) return {};
    ms += record.durationMs;
  }
  return { ms };
}

import { decodePayload, formatVersion1, project } from '../documents/index.js';
import { step } from '../documents/document-fields.js';
import type { StepName } from '../documents/index.js';
import type { JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';

/** Runs of one step that a cache spared. */
export interface SparedRuns {
  readonly project: string;
  readonly step: StepName;
  /** That each of them held. */
  readonly gpus: number;
  /** Hex digits of their keys: a digest would keep what it names from being collected. */
  readonly runs: readonly string[];
  /** Milliseconds that they took when they ran, together; absent where their records were not at hand. */
  readonly ms?: number | undefined;
}

/** What one command was spared: one entry of a month’s ledger. */
export interface SavingsEntry {
  readonly formatVersion: 1;
  /** Tells entries apart that came by two ways. 32 hex digits. */
  readonly id: string;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  /** Which cache: Nx’s, or ours by run key. */
  readonly by: 'nx' | 'store';
  readonly spared: readonly SparedRuns[];
}

/** Items of one entry: beyond it a command makes several. */
export const mostSpared = 500;
/** Runs of one item: a step with more seeds is told in several. */
export const mostRuns = 100;

const schema: z.ZodType<SavingsEntry> = z.strictObject({
  formatVersion: formatVersion1,
  id: z.string().regex(/^[0-9a-f]{32}$/),
  at: z.iso.datetime({ precision: 3 }),
  by: z.enum(['nx', 'store']),
  spared: z
    .array(
      z.strictObject({
        project,
        step,
        gpus: z.int().min(0).max(10_000),
        runs: z
          .array(z.string().regex(/^[0-9a-f]{64}$/))
          .min(1)
          .max(mostRuns),
        ms: z.int().min(0).optional(),
      }),
    )
    .min(1)
    .max(mostSpared),
});

/** The payload of a journal entry. */
export function encodeSavingsEntry(entry: SavingsEntry): JsonObject {
  return JSON.parse(JSON.stringify(entry)) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeSavingsEntry(payload: unknown): SavingsEntry {
  return decodePayload(schema, payload, {
    what: 'An entry of the savings',
    fix: 'Nothing depends on the savings: remove the journal of that month.',
  });
}

/** `2026-11`, in UTC. */
export function monthOf(iso: string): string {
  return iso.slice(0, 7);
}

/** @returns `count` months up to the one that holds a time, newest first. @param now milliseconds since the epoch. */
export function monthsUpTo(now: number, count: number): readonly string[] {
  const last = new Date(now);
  return Array.from({ length: count }, (_, back) =>
    monthOf(new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - back, 1)).toISOString()),
  );
}

import { isDigest } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';
import { projectName } from './project-name.js';

/** Values that several stored documents hold. */

/** A step of a project: what stands in manifests, run keys and journals. */
export type StepName = 'data' | 'train' | 'evaluate' | 'package';

export const digest = z.custom<Digest>((value) => isDigest(value), 'not a digest');
export const project = projectName;
export const step = z.enum(['data', 'train', 'evaluate', 'package']);
/** null where no chance is drawn: the data step. */
export const seed = z.int().min(0).max(4_294_967_295).nullable();
export const formatVersion1 = z.literal(1);

const count = z.int().min(0);

/** The keys of an ObjectRef; isCounted holds between them. */
export const objectRefKeys = { kind: z.enum(['file', 'tree']), digest, size: count, files: count };

export function isCounted({ kind, files }: Pick<ObjectRef, 'kind' | 'files'>): boolean {
  return kind === 'tree' || files === 1;
}

export const objectRef: z.ZodType<ObjectRef> = z
  .strictObject(objectRefKeys)
  .refine(isCounted, 'a file counts as one file');

const name = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed(), 'not valid Unicode');

/** Objects by the name of the output: `data`, `model`, `files`, `predictions`. */
export const outputs = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), objectRef);
/** Flat metrics by name. */
export const metrics = z.record(name, z.number());
export const shortText = z.string().min(1).max(500);
export { name as metricName };

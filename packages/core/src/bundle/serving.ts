import { documentCodec } from '../documents/codec.js';
import type { DocumentCodec } from '../documents/codec.js';
import { formatVersion1 } from '../documents/index.js';
import * as z from '../kernel/zod.js';
import { datatypes } from './datatypes.js';
import type { Datatype } from './datatypes.js';
import { notServable } from './refusals.js';

/** What a model takes or gives under one name. */
export interface TensorSignature {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes of its dimensions; -1 for what varies. */
  readonly shape: readonly number[];
}

export interface ModelSignature {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}

/** Requests that wait for one another to be answered together. */
export interface BatchRules {
  /** Rows of one batch, at most. */
  readonly maxRows: number;
  /** Milliseconds that the first of them waits for others, at most. */
  readonly maxDelay: number;
}

/** Who answers: the gateway itself, or a process of the user's own. Paths are of files in the bundle. */
export type ServingRuntime =
  | { readonly kind: 'onnx'; readonly file: string; readonly batch?: BatchRules | undefined }
  | { readonly kind: 'command'; readonly command: string; readonly folder: string };

/** How a bundle is served: its `serving.json`. */
export interface Serving {
  readonly formatVersion: 1;
  /** The model's name in the protocol. */
  readonly name: string;
  readonly signature: ModelSignature;
  readonly runtime: ServingRuntime;
}

const tensorName = z.string().min(1).max(200);
const tensors = z
  .array(
    z.strictObject({
      name: tensorName,
      datatype: z.enum(datatypes),
      shape: z.array(z.int().min(-1).max(1_000_000_000)).max(16),
    }),
  )
  .min(1)
  .max(1000)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'a name twice');

const signatureSchema: z.ZodType<ModelSignature> = z.strictObject({ inputs: tensors, outputs: tensors });

/** A signature as somebody wrote it. @throws MlError ERR_ML_BUNDLE_SERVING */
export function parseSignature(value: unknown): ModelSignature {
  const read = signatureSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw notServable(
    `The signature cannot be used: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    'Mend "package: signature:" in ml.yaml: { inputs: [{ name, datatype, shape }], outputs: [...] }.',
  );
}

const bundlePath = z.string().min(1).max(1000);

const schema: z.ZodType<Serving> = z.strictObject({
  formatVersion: formatVersion1,
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  signature: signatureSchema,
  runtime: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('onnx'),
      file: bundlePath,
      batch: z
        .strictObject({ maxRows: z.int().min(1).max(10_000), maxDelay: z.number().min(0).max(1000) })
        .optional(),
    }),
    z.strictObject({
      kind: z.literal('command'),
      command: z.string().min(1).max(10_000),
      folder: bundlePath,
    }),
  ]),
});

export const servingCodec: DocumentCodec<Serving> = documentCodec({
  name: 'serving definition',
  formatVersion: 1,
  schema,
  fix: 'Package the model again: nx run MODEL:package.',
});

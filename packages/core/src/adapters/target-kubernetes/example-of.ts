import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  blobPath,
  decodeExample,
  decodeIndex,
  decodeModelManifest,
  servingCodec,
} from '../../bundle/index.js';
import type { ModelSignature } from '../../bundle/index.js';
import type { Digest } from '../../kernel/index.js';
import { unreachable } from './failure.js';

/** What a model is asked before it is used. */
export interface Example {
  readonly model: string;
  /** JSON. */
  readonly body: string;
  readonly signature: ModelSignature;
}

/** From a bundle that was verified before. @throws MlError of the bundle */
export async function exampleOf(model: string, folder: string): Promise<Example> {
  const { model: descriptor } = decodeIndex(await readFile(join(folder, 'index.json')));
  const { files } = decodeModelManifest(await blob(folder, descriptor.digest));
  const read = (path: string): Promise<Buffer> => {
    const file = files.find((each) => each.path === path);
    if (file === undefined) throw unreachable(`The bundle of ${model} has no ${path}`);
    return blob(folder, file.digest);
  };
  const { signature } = servingCodec.decode(await read('serving.json'));
  const example = decodeExample(await read('example.json'), signature);
  return { model, body: JSON.stringify(example), signature };
}

function blob(folder: string, digest: Digest): Promise<Buffer> {
  return readFile(join(folder, blobPath(digest)));
}

/** @returns what is wrong with an answer, or undefined */
export function wrongIn({ status, body }: { status: number; body: unknown }, { signature }: Example) {
  if (status !== 200) return `it answers its example with ${String(status)}`;
  const outputs = (body as { outputs?: unknown } | undefined)?.outputs;
  if (!Array.isArray(outputs)) return 'its answer has no outputs';
  const given = outputs as readonly ({ name?: unknown; datatype?: unknown; data?: unknown } | null)[];
  for (const { name, datatype } of signature.outputs) {
    const output = given.find((each) => each?.name === name);
    if (output?.datatype !== datatype) return `its answer has no ${datatype} "${name}"`;
    if (!Array.isArray(output.data)) return `its answer has no data for "${name}"`;
    // JSON has no NaN: servers write null in its place.
    if ((output.data as unknown[]).flat(Infinity).includes(null)) return `its "${name}" is not a number`;
  }
  return undefined;
}

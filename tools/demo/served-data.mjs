// Requests as users would send them, from the data that no model was trained on.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { env, workspace } from './workspace.mjs';

const count = 500;

/** @returns bodies of requests to the spam filter. */
export async function mailRequests() {
  const folder = await dataOf('spam-mails');
  const lines = readFileSync(join(folder, 'validation.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.slice(0, count).map((line) => {
    const { subject, body } = JSON.parse(line);
    return requestOf([column('subject', subject), column('body', body)]);
  });
}

/** @returns bodies of requests to the digit reader. */
export async function digitRequests() {
  const folder = await dataOf('digits');
  const { decodeIdx } = await import(pathToFileURL(join(workspace, 'libs/idx/index.mjs')).href);
  const { shape, values } = decodeIdx(readFileSync(join(folder, 'validation-images.idx')));
  const size = shape[1] * shape[2];
  return Array.from({ length: Math.min(count, shape[0]) }, (_, at) => {
    const data = Array.from(values.subarray(at * size, (at + 1) * size));
    return requestOf([{ name: 'images', datatype: 'UINT8', shape: [1, shape[1], shape[2]], data }]);
  });
}

const column = (name, text) => ({ name, datatype: 'BYTES', shape: [1], data: [text] });
const requestOf = (inputs) => Buffer.from(JSON.stringify({ inputs }));

/** The files that a dataset came to, as the store has them. @returns their folder. */
async function dataOf(name) {
  const { openFolderStore } = createRequire(join(workspace, 'package.json'))('@nx-ml/core/adapters/store-fs');
  const manifest = readFileSync(join(workspace, '.nx-ml/manifests', name, 'data.manifest.json'), 'utf8');
  const { objects } = await openFolderStore({ root: env.NX_ML_STORE });
  const folder = join(workspace, '.demo', name);
  await objects.materialise(JSON.parse(manifest).runs[0].outputs.data, folder);
  return folder;
}

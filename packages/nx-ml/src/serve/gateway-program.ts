import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

/**
 * Absolute: the program of the @nx-ml/server that is installed in a workspace, or in a folder above it.
 *
 * @throws MlError ERR_ML_SERVER_ABSENT
 */
export function gatewayProgram(root: string): string {
  const folder = foldersAbove(root)
    .map((above) => join(above, 'node_modules/@nx-ml/server'))
    .find((candidate) => existsSync(join(candidate, 'package.json')));
  if (folder === undefined) throw absent(root);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  return join(folder, manifest.bin['nx-ml-server'] ?? '');
}

function foldersAbove(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

function absent(root: string): MlError {
  return new MlError('ERR_ML_SERVER_ABSENT', {
    message: `@nx-ml/server, whose gateway serves models, is not installed in ${root}`,
    fix: 'Install it: npm install --save-dev @nx-ml/server, and onnxruntime-node beside it where a model is ONNX.',
  });
}

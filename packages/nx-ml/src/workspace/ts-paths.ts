import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseJson } from '@nx/devkit';
import type { TsPaths } from '@nx-ml/core/imports';

interface TsConfig {
  readonly compilerOptions?: { readonly baseUrl?: string; readonly paths?: TsPaths['paths'] };
}

/** `compilerOptions.paths` of the workspace's tsconfig; undefined where it has none. */
export function readTsPaths(root: string): TsPaths | undefined {
  const file = ['tsconfig.base.json', 'tsconfig.json'].map((name) => join(root, name)).find(existsSync);
  if (file === undefined) return undefined;
  const { compilerOptions } = parseJson<TsConfig>(readFileSync(file, 'utf8'));
  if (compilerOptions?.paths === undefined) return undefined;
  return { baseUrl: compilerOptions.baseUrl ?? '.', paths: compilerOptions.paths };
}

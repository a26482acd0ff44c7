import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TsPaths } from '@nx-ml/core/imports';

interface TsConfig {
  readonly compilerOptions?: { readonly baseUrl?: string; readonly paths?: TsPaths['paths'] };
}

/** `compilerOptions.paths` of the workspace's tsconfig; undefined where it has none. */
export async function readTsPaths(root: string): Promise<TsPaths | undefined> {
  const file = ['tsconfig.base.json', 'tsconfig.json'].map((name) => join(root, name)).find(existsSync);
  if (file === undefined) return undefined;
  const { compilerOptions } = await parsed(readFileSync(file, 'utf8'));
  if (compilerOptions?.paths === undefined) return undefined;
  return { baseUrl: compilerOptions.baseUrl ?? '.', paths: compilerOptions.paths };
}

/** Most have no comments, and then the devkit, which is slow to load, can stay where it is. */
async function parsed(text: string): Promise<TsConfig> {
  try {
    return JSON.parse(text) as TsConfig;
  } catch {
    const { parseJson } = await import('@nx/devkit');
    return parseJson<TsConfig>(text);
  }
}

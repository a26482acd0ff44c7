import { join } from 'node:path';

import { openLocalEngine } from '../index.js';
import type { LocalEngine, LocalEngineOptions } from '../index.js';

const hook = join(__dirname, '../../../kernel/testing/typescript-hook.cjs');

/** An engine whose launcher needs no build. */
export function openFromSource(options: Omit<LocalEngineOptions, 'launcher'> = {}): LocalEngine {
  const launcher = { file: join(__dirname, '../launcher-main.ts'), nodeArgs: ['-r', hook] };
  return openLocalEngine({ ...options, launcher });
}

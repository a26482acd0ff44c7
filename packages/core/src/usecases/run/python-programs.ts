import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PythonInterpreter } from '../../environment/index.js';

/**
 * Makes `python` and `python3` mean one interpreter to whoever has this folder first on the PATH. By scripts, since
 * Python finds its packages by its own path.
 *
 * What stands for the interpreter may be a script too, which sets something up and then starts `python3` by name. That
 * name would lead back to it for ever, so to it and to all that it starts it means the interpreter behind.
 */
export function writePythonPrograms(
  folder: string,
  { path, executable }: Pick<PythonInterpreter, 'path' | 'executable'>,
): void {
  const behind = join(folder, 'behind');
  const isWrapper = executable !== path;
  if (isWrapper) writePrograms(behind, `exec ${quoted(executable)} "$@"`);
  const outside = isWrapper ? `PATH=${quoted(behind)}:"$PATH" ` : '';
  writePrograms(folder, `${outside}exec ${quoted(path)} "$@"`);
}

function writePrograms(folder: string, line: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['python', 'python3']) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

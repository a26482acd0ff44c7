#!/usr/bin/env node
import { performance } from 'node:perf_hooks';

import { isMlError } from '@nx-ml/core/kernel';

import type { Io } from './command.js';
import { commands } from './commands.js';
import { errorText } from './error-text.js';
import { runServerCli } from './run-server-cli.js';

const io: Io = {
  write: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
  cwd: process.cwd(),
  env: process.env,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
};

runServerCli(process.argv.slice(2), io, commands).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    io.tell(errorText(error));
    // 2: used wrongly; 1: something that the user can mend, or a bug.
    process.exitCode = isMlError(error) && error.code === 'ERR_ML_USAGE' ? 2 : 1;
  },
);

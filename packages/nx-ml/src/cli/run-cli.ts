import { MlError } from '@nx-ml/core/kernel';
import { nearestWord } from '@nx-ml/core/manifest';

import { dataAdd } from './data-add.js';
import type { CliCommand, CliIo } from './command.js';
import { doctor } from './doctor/index.js';
import { init } from './init.js';
import { logs } from './logs.js';
import { packageVersion } from './package-version.js';
import { plan } from './plan.js';
import { runsDiff } from './runs-diff.js';
import { runs } from './runs.js';
import { why } from './why.js';

const commands: Readonly<Record<string, CliCommand>> = {
  init,
  why,
  plan,
  'runs diff': runsDiff,
  runs,
  logs,
  'data add': dataAdd,
  doctor,
};

/** Runs the command line; resolves with the exit code. @throws MlError */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [first] = args;
  if (first === undefined || first === '--help' || first === 'help') {
    io.write(usage());
    return 0;
  }
  if (first === '--version') {
    io.write(`${packageVersion()}\n`);
    return 0;
  }
  const name = Object.keys(commands).find((candidate) => isPrefix(candidate.split(' '), args));
  const command = name === undefined ? undefined : commands[name];
  if (name === undefined || command === undefined) throw unknownCommand(args);
  const rest = args.slice(name.split(' ').length);
  if (rest.includes('--help')) {
    io.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

function isPrefix(words: readonly string[], args: readonly string[]): boolean {
  return words.every((word, index) => args[index] === word);
}

function unknownCommand(args: readonly string[]): MlError {
  const typed = args
    .filter((arg) => !arg.startsWith('-'))
    .slice(0, 2)
    .join(' ');
  const nearest = nearestWord(typed, Object.keys(commands));
  return new MlError('ERR_ML_USAGE', {
    message: `"${typed}" is no command of nx-ml`,
    fix: nearest === undefined ? 'nx-ml --help lists them.' : `Did you mean "nx-ml ${nearest}"?`,
  });
}

function usage(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`);
  return [
    'nx-ml: models in an Nx workspace that retrain only when they must\n\n',
    'Training and evaluation are Nx targets: nx run-many -t train, nx affected -t evaluate.\n',
    'Beside them:\n\n',
    ...rows,
    '\nnx-ml COMMAND --help tells more, with examples. --version prints the version.\n',
    'Errors and their mends: docs/errors.md.\n',
  ].join('');
}

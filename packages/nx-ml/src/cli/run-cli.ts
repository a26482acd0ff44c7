import { MlError } from '@nx-ml/core/kernel';

import type { CliIo } from './command.js';
import { commands } from './commands.js';
import { packageVersion } from './package-version.js';

/** Runs the command line; resolves with the exit code. @throws MlError */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const told = textFor(args);
  if (told !== undefined) {
    io.write(told);
    return 0;
  }
  const name = Object.keys(commands).find((candidate) => isPrefix(candidate.split(' '), args));
  const entry = name === undefined ? undefined : commands[name];
  if (name === undefined || entry === undefined) throw await unknownCommand(args);
  const command = await entry.load();
  const rest = args.slice(name.split(' ').length);
  const own = command.isPassedOn === true ? rest.slice(0, 1) : rest;
  if (own.includes('--help')) {
    io.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

/** What is told of nx-ml itself, or of a group of commands such as `data`; undefined where a command is asked for. */
function textFor([first, second]: readonly string[]): string | undefined {
  if (first === undefined || first === '--help' || first === 'help') return usage();
  if (first === '--version') return `${packageVersion()}\n`;
  const group = namesBelow(first);
  if (group.length === 0 || first in commands || (second !== undefined && second !== '--help'))
    return undefined;
  return `${rowsOf(group).join('')}\nnx-ml COMMAND --help tells more, with examples.\n`;
}

/** `data`: the names of its commands. */
function namesBelow(word: string): readonly string[] {
  return Object.keys(commands).filter((name) => name.startsWith(`${word} `));
}

function rowsOf(names: readonly string[]): readonly string[] {
  return names.map((name) => `  ${name.padEnd(19)}${commands[name]?.summary ?? ''}\n`);
}

function isPrefix(words: readonly string[], args: readonly string[]): boolean {
  return words.every((word, index) => args[index] === word);
}

async function unknownCommand(args: readonly string[]): Promise<MlError> {
  const { nearestWord } = await import('@nx-ml/core/manifest');
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
  return [
    'nx-ml: models in an Nx workspace that retrain only when they must\n\n',
    'Training and evaluation are Nx targets: nx run-many -t train, nx affected -t evaluate.\n',
    'Beside them:\n\n',
    ...rowsOf(Object.keys(commands)),
    '\nnx-ml COMMAND --help tells more, with examples. --version prints the version.\n',
    'Errors and their mends: docs/errors.md.\n',
  ].join('');
}

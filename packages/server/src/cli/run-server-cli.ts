import { MlError } from '@nx-ml/core/kernel';

import type { Io, ServerCommand } from './command.js';
import { packageVersion } from '../app/package-version.js';

/** Runs the command line; resolves with the exit code. @throws MlError */
export async function runServerCli(
  args: readonly string[],
  io: Io,
  commands: readonly ServerCommand[],
): Promise<number> {
  const told = textFor(args, commands);
  if (told !== undefined) {
    io.write(told);
    return 0;
  }
  const named = commands.filter(({ name }) => isPrefix(name.split(' '), args));
  // `gateway token` is no `gateway` that is given a word.
  const command = named.reduce<ServerCommand | undefined>(longer, undefined);
  if (command === undefined) throw unknownCommand(args, commands);
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help')) {
    io.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

/** What is told of the program itself, or of a group of commands such as `token`; undefined where a command is asked for. */
function textFor([first, second]: readonly string[], commands: readonly ServerCommand[]): string | undefined {
  if (first === undefined || first === '--help' || first === 'help') return usage(commands);
  if (first === '--version') return `${packageVersion()}\n`;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  // What is a command by itself, too, tells its own help.
  const isCommand = commands.some(({ name }) => name === first);
  if (isCommand || group.length === 0 || (second !== undefined && second !== '--help')) return undefined;
  return `${rowsOf(group)}\nnx-ml-server COMMAND --help tells more, with examples.\n`;
}

function longer(before: ServerCommand | undefined, next: ServerCommand): ServerCommand {
  return before !== undefined && before.name.length > next.name.length ? before : next;
}

function isPrefix(words: readonly string[], args: readonly string[]): boolean {
  return words.every((word, index) => args[index] === word);
}

function unknownCommand(args: readonly string[], commands: readonly ServerCommand[]): MlError {
  const typed = args.filter((arg) => !arg.startsWith('-')).slice(0, 2);
  const [first = ''] = typed;
  const isGroup = commands.some(({ name }) => name.startsWith(`${first} `));
  return new MlError('ERR_ML_USAGE', {
    message: `${JSON.stringify(typed.join(' ').slice(0, 100))} is no command of nx-ml-server`,
    fix: isGroup ? `nx-ml-server ${first} --help lists them.` : 'nx-ml-server --help lists them.',
  });
}

function rowsOf(commands: readonly ServerCommand[]): string {
  return commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}\n`).join('');
}

function usage(commands: readonly ServerCommand[]): string {
  return [
    'nx-ml-server: a remote cache and object store that cannot be poisoned\n\n',
    rowsOf(commands),
    '\nnx-ml-server COMMAND --help tells more, with examples. --version prints the version.\n',
  ].join('');
}

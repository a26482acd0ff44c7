import { MlError } from '@nx-ml/core/kernel';

import type { CliCommand, CliIo } from './command.js';
import { packageVersion } from './package-version.js';

/** Each is loaded when it is asked for: half of the time of a short answer would be the code of the others. */
const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  init: async () => (await import('./init.js')).init,
  why: async () => (await import('./why.js')).why,
  plan: async () => (await import('./plan.js')).plan,
  'runs diff': async () => (await import('./runs-diff.js')).runsDiff,
  runs: async () => (await import('./runs.js')).runs,
  logs: async () => (await import('./logs.js')).logs,
  'data add': async () => (await import('./data-add.js')).dataAdd,
  'data status': async () => (await import('./data-status.js')).dataStatus,
  'data diff': async () => (await import('./data-diff.js')).dataDiff,
  'data log': async () => (await import('./data-log.js')).dataLog,
  'data import': async () => (await import('./data-import.js')).dataImport,
  'data push': async () => (await import('./data-push.js')).dataPush,
  'data pull': async () => (await import('./data-pull.js')).dataPull,
  'data checkout': async () => (await import('./data-checkout.js')).dataCheckout,
  'data unlock': async () => (await import('./data-unlock.js')).dataUnlock,
  'data merge-driver': async () => (await import('./data-merge-driver.js')).dataMergeDriver,
  'store status': async () => (await import('./store-status.js')).storeStatus,
  'store du': async () => (await import('./store-du.js')).storeDu,
  'store verify': async () => (await import('./store-verify.js')).storeVerify,
  'store gc': async () => (await import('./store-gc.js')).storeGc,
  'store push': async () => (await import('./store-push.js')).storePush,
  'store pull': async () => (await import('./store-pull.js')).storePull,
  python: async () => (await import('./python.js')).python,
  doctor: async () => (await import('./doctor/index.js')).doctor,
};

/** Runs the command line; resolves with the exit code. @throws MlError */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const told = await textFor(args);
  if (told !== undefined) {
    io.write(told);
    return 0;
  }
  const name = Object.keys(commands).find((candidate) => isPrefix(candidate.split(' '), args));
  const load = name === undefined ? undefined : commands[name];
  if (name === undefined || load === undefined) throw await unknownCommand(args);
  const command = await load();
  const rest = args.slice(name.split(' ').length);
  const own = command.isPassedOn === true ? rest.slice(0, 1) : rest;
  if (own.includes('--help')) {
    io.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

/** What is told of nx-ml itself, or of a group of commands such as `data`; undefined where a command is asked for. */
async function textFor([first, second]: readonly string[]): Promise<string | undefined> {
  if (first === undefined || first === '--help' || first === 'help') return usage();
  if (first === '--version') return `${packageVersion()}\n`;
  const group = namesBelow(first);
  if (group.length === 0 || first in commands || (second !== undefined && second !== '--help'))
    return undefined;
  return `${(await rowsOf(group)).join('')}\nnx-ml COMMAND --help tells more, with examples.\n`;
}

/** `data`: the names of its commands. */
function namesBelow(word: string): readonly string[] {
  return Object.keys(commands).filter((name) => name.startsWith(`${word} `));
}

function rowsOf(names: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    names.map(async (name) => `  ${name.padEnd(19)}${(await commands[name]?.())?.summary ?? ''}\n`),
  );
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

async function usage(): Promise<string> {
  return [
    'nx-ml: models in an Nx workspace that retrain only when they must\n\n',
    'Training and evaluation are Nx targets: nx run-many -t train, nx affected -t evaluate.\n',
    'Beside them:\n\n',
    ...(await rowsOf(Object.keys(commands))),
    '\nnx-ml COMMAND --help tells more, with examples. --version prints the version.\n',
    'Errors and their mends: docs/errors.md.\n',
  ].join('');
}

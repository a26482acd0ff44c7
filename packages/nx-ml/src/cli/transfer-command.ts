import { transferText } from '../report/transfer-text.js';
import type { TransferDirection, TransferReport } from '../report/transfer-text.js';
import { parseOptions } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { jsonLines } from './json-lines.js';

/** What was asked of a command that moves objects to or from a remote. */
interface AskedTransfer {
  /** Absolute. */
  readonly cwd: string;
  /** Paths and names of projects; none for all. */
  readonly args: readonly string[];
  /** Address; undefined for the workspace's own. */
  readonly remote: string | undefined;
  readonly dryRun: boolean;
  /** Send also what seems to be there. Of a push. */
  readonly again: boolean;
  /** Overwrite and remove also what no store has. Of `data pull`. */
  readonly force: boolean;
}

export interface TransferCommand {
  readonly direction: TransferDirection;
  /** `nx-ml data push [PATH|PROJECT...]` */
  readonly usage: string;
  /** What it does; lines of at most 120 characters. */
  readonly about: string;
  /** Takes --force as well. */
  readonly overwrites?: true;
  /** Fields of the report in --json. */
  readonly json: string;
  readonly examples: readonly string[];
  readonly move: (asked: AskedTransfer) => Promise<TransferReport>;
}

const options = {
  remote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  again: { type: 'boolean' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `data push`, `data pull`, `store push`, `store pull`: they differ in what they move, and in nothing that a user types. */
export function transferCommand(command: TransferCommand): CliCommand {
  const help = helpOf(command);
  return {
    help,
    run: async (args, io) => {
      const { json, ...asked } = askedIn(args, { command, help, io });
      const report = await command.move(asked);
      io.write(json ? jsonLines([report]) : transferText(command.direction, report));
      return 0;
    },
  };
}

interface Parsing {
  readonly command: TransferCommand;
  readonly help: string;
  readonly io: CliIo;
}

function askedIn(
  args: readonly string[],
  { command, help, io }: Parsing,
): AskedTransfer & { readonly json: boolean } {
  const { again, force, ...common } = options;
  const known = {
    ...common,
    ...(command.direction === 'push' ? { again } : {}),
    ...(command.overwrites === true ? { force } : {}),
  };
  const { values, positionals } = parseOptions(args, known, help);
  const { remote } = values;
  return {
    cwd: io.cwd,
    args: positionals,
    remote: typeof remote === 'string' ? remote : undefined,
    dryRun: values['dry-run'] === true,
    again: values['again'] === true,
    force: values['force'] === true,
    json: values['json'] === true,
  };
}

function helpOf({ direction, usage, about, overwrites, json, examples }: TransferCommand): string {
  const own = direction === 'push' ? ' [--again]' : overwrites === true ? ' [--force]' : '';
  const would =
    direction === 'push'
      ? 'tell what would be sent'
      : 'tell what would come; only lists of files are brought';
  return [
    `${usage} [--remote URL]${own} [--dry-run] [--json]\n\n${about}\n\n`,
    '  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json\n',
    ...(direction === 'push'
      ? ['  --again        send also what seems to be there: mends a remote that gave damaged bytes\n']
      : []),
    ...(overwrites === true
      ? ['  --force        overwrite and remove also files whose bytes no store has\n']
      : []),
    `  --dry-run      ${would}\n`,
    `  --json         ${json}\n`,
    '\nExamples\n',
    ...examples.map((example) => `  ${example}\n`),
  ].join('');
}

import { parseScope } from '@nx-ml/core/cache';
import { MlError } from '@nx-ml/core/kernel';

import type { Access } from '../../access/access.js';
import type { Io, ServerCommand } from '../command.js';
import { Options } from '../options.js';
import { parseLifetime } from './lifetime.js';

const help = `nx-ml-server token mint --scope SCOPE [--mode read|read-write] [--expires 90d] [--note TEXT] [--state FOLDER] [--json]

Makes a token and prints it this once: only its hash is kept. A server that runs already knows it at once.

  --scope    protected, pr-<number> or user-<name>: where all lands that is written with it
  --mode     read (the default) or read-write
  --expires  hours or days until it ends: 12h, 30d; 90d by default, 366d at most
  --note     who has it and what for; told by token list
  --state    the server's state folder; otherwise NX_ML_SERVER_STATE
  --json     one JSON object: {token, id, scope, mode, expiresAt, note}

Examples
  nx-ml-server token mint --scope protected --note "all developers"
  nx-ml-server token mint --scope user-ada --mode read-write --expires 30d --note "Ada's laptop"
`;

const names = { help, texts: ['scope', 'mode', 'expires', 'note'], switches: ['json'] } as const;

export const tokenMint: ServerCommand = {
  name: 'token mint',
  summary: 'make a token for one scope, and print it this once',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, names);
    const scope = options.text('scope');
    if (scope === undefined) throw options.misuse('--scope is missing');
    const wish = {
      scope: parseScope(scope),
      mode: parseMode(options.text('mode') ?? 'read'),
      lifetime: parseLifetime(options.text('expires') ?? '90d'),
      note: parseNote(options.text('note') ?? ''),
    };
    const { openTokenList } = await import('./open-token-list.js');
    const { text, stored } = await openTokenList(options.state(), io).mint(wish);
    const { id, expiresAt } = stored;
    const json = { token: text, id, scope: stored.scope, mode: stored.mode, expiresAt, note: stored.note };
    io.write(options.has('json') ? `${JSON.stringify(json)}\n` : `${text}\n`);
    tellOnce(
      io,
      `${id}: ${stored.mode}, ${stored.scope}, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
    );
    return 0;
  },
};

/** Beside the answer, so that the answer can be piped into a secret store. */
function tellOnce(io: Io, what: string): void {
  io.tell(`Token ${what}. It is shown this once.\n`);
}

function parseMode(text: string): Access['mode'] {
  if (text === 'read' || text === 'read-write') return text;
  throw new MlError('ERR_ML_USAGE', {
    message: `--mode ${JSON.stringify(text.slice(0, 40))} is no mode`,
    fix: 'Write read or read-write.',
  });
}

function parseNote(text: string): string {
  // Control characters would let a note draw over the list in a terminal.
  if (text.length <= 200 && !/\p{Cc}/u.test(text)) return text;
  throw new MlError('ERR_ML_USAGE', {
    message: '--note is too long, or holds control characters',
    fix: 'Write one line of at most 200 characters.',
  });
}

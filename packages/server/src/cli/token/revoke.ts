import type { ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server token revoke ID [--state FOLDER] [--json]

Ends a token. A server that runs refuses it from the next request on, for small entries in its memory within 50 ms; what was
written with it stays.

  ID       the 12 characters behind nxml_, or the whole token
  --state  the server's state folder; otherwise NX_ML_SERVER_STATE
  --json   one JSON object: {id, scope, revokedAt}

Examples
  nx-ml-server token revoke 1f2e3d4c5b6a
`;

export const tokenRevoke: ServerCommand = {
  name: 'token revoke',
  summary: 'end a token; a server that runs refuses it at once',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, switches: ['json'], operands: 1 });
    const [given] = options.operands;
    if (given === undefined) throw options.misuse('One id is needed');
    const { openTokenList } = await import('./open-token-list.js');
    const list = openTokenList(options.state(), io);
    const { id, scope, revokedAt } = await list.revoke(idIn(given));
    io.write(
      options.has('json') ? `${JSON.stringify({ id, scope, revokedAt })}\n` : `${id}  ${scope} is revoked\n`,
    );
    return 0;
  },
};

/** Whoever found a token somewhere has the whole of it at hand; its secret goes into no message. */
function idIn(given: string): string {
  return /^nxml_([0-9a-f]{12})(?:_.*)?$/.exec(given)?.[1] ?? given;
}

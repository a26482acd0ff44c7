import type { ServerCommand } from '../command.js';
import { Options } from '../options.js';
import type { StoredToken } from '../../access/tokens/index.js';

const help = `nx-ml-server token list [--state FOLDER] [--json]

Lists the tokens, those too that ended within the last 90 days. No secret is shown; none is kept.

  --state  the server's state folder; otherwise NX_ML_SERVER_STATE
  --json   one JSON object: {tokens: [{id, scope, mode, state, createdAt, expiresAt, revokedAt, note}]}

Examples
  nx-ml-server token list
  nx-ml-server token list --json | jq '.tokens[] | select(.state == "valid")'
`;

export const tokenList: ServerCommand = {
  name: 'token list',
  summary: 'list the tokens with scope, mode and end',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, switches: ['json'] });
    const { openTokenList } = await import('./open-token-list.js');
    const tokens = openTokenList(options.state(), io).all();
    const now = io.clock.now();
    io.write(options.has('json') ? jsonOf(tokens, now) : textOf(tokens, now));
    return 0;
  },
};

function jsonOf(tokens: readonly StoredToken[], now: number): string {
  const rows = tokens.map((token) => ({ ...token, sha256: undefined, state: stateOf(token, now) }));
  return `${JSON.stringify({ tokens: rows })}\n`;
}

function textOf(tokens: readonly StoredToken[], now: number): string {
  if (tokens.length === 0) return 'No tokens. nx-ml-server token mint makes one.\n';
  const rows = tokens.map((token) => [
    token.id,
    token.scope,
    token.mode,
    `${stateOf(token, now)} ${(token.revokedAt ?? token.expiresAt).slice(0, 10)}`,
    token.note,
  ]);
  return aligned([['id', 'scope', 'mode', 'state', 'note'], ...rows]);
}

/** Read with the day behind it: valid until, expired at, revoked at. */
function stateOf({ expiresAt, revokedAt }: StoredToken, now: number): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked';
  return Date.parse(expiresAt) <= now ? 'expired' : 'valid';
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widthOf(column)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

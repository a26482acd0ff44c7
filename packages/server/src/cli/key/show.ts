import type { ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server key show [--state FOLDER] [--json]

Prints the public keys that entries of this server are signed with: the one in use first, then those of before. The first one
is what NX_ML_CACHE_KEY pins. Makes the key where there is none yet.

  --state  the server's state folder; otherwise NX_ML_SERVER_STATE
  --json   one JSON object: {keys: [{key, id, inUse}]}

Examples
  nx-ml-server key show
  NX_ML_CACHE_KEY=$(nx-ml-server key show | head -1)
`;

export const keyShow: ServerCommand = {
  name: 'key show',
  summary: 'print the public keys that entries are signed with',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, switches: ['json'] });
    const { keysText, openSigningKeys } = await import('./open-signing-keys.js');
    const keys = await openSigningKeys(options.state()).current();
    io.write(keysText(keys, options.has('json')));
    return 0;
  },
};

import type { ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server key rotate [--compromised] [--state FOLDER] [--json]

Makes a new key, with which a server that runs signs from the next entry on. What the old ones signed stays believed. Whoever
pins the key is given the new one as well: NX_ML_CACHE_KEY takes several, with commas between them.

  --compromised  an old key is known to others: none of them is believed any more, and every entry of before counts as absent
  --state        the server's state folder; otherwise NX_ML_SERVER_STATE
  --json         one JSON object: {keys: [{key, id, inUse}]}

Examples
  nx-ml-server key rotate
  nx-ml-server key rotate --compromised
`;

export const keyRotate: ServerCommand = {
  name: 'key rotate',
  summary: 'sign with a new key; --compromised believes no old one',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, switches: ['compromised', 'json'] });
    const { keysText, openSigningKeys } = await import('./open-signing-keys.js');
    const file = openSigningKeys(options.state());
    const keys = await file.rotate({ keepOld: !options.has('compromised') });
    io.write(keysText(keys, options.has('json')));
    return 0;
  },
};

import { parseOptions, stateFolderOf, usageError } from '../command.js';
import type { ServerCommand } from '../command.js';

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
    const options = {
      compromised: { type: 'boolean' },
      state: { type: 'string' },
      json: { type: 'boolean' },
    } as const;
    const { values, positionals } = parseOptions(args, options, help);
    if (positionals.length > 0) throw usageError(`"${positionals.join(' ')}" stands for nothing`, help);
    const { keysText, openSigningKeys } = await import('./open-signing-keys.js');
    const file = openSigningKeys(stateFolderOf(values['state'], io, help));
    const keys = await file.rotate({ keepOld: values['compromised'] !== true });
    io.write(keysText(keys, values['json'] === true));
    return 0;
  },
};

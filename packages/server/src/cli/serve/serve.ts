import type { ServerCommand } from '../command.js';
import { parseServeOptions } from './serve-options.js';

const help = `nx-ml-server serve --storage FOLDER|s3://… --state FOLDER [--listen 127.0.0.1:9310] [options]

Serves Nx's remote cache and the store of nx-ml until it gets SIGTERM or ctrl-C: then it takes no more requests, ends those under
way, and exits with 0. A second signal ends it at once.

  --storage        where entries and objects lie: a folder that is there, or s3://bucket/prefix?endpoint=https://host
  --state          a folder of the server's own, for hashed tokens and keys; made with mode 0700
  --listen         address and port, 127.0.0.1:9310 by default. Another than loopback needs TLS or --behind-proxy
  --tls-cert, --tls-key   PEM files; the server speaks HTTPS, and reads them anew when they change
  --behind-proxy   a proxy in front of it ends TLS; its X-Forwarded-For is believed for the log
  --quota          bytes of all entries together, such as 500GB; the longest unused go first, protected ones last
  --scope-quota    bytes of the entries of any one scope but the protected one
  --store-quota    bytes of the stores of all scopes together; of the protected one nothing goes, and a full store refuses uploads
  --store-scope-quota   bytes of the store of any one scope but the protected one: what nothing refers to goes first
  --oidc           a JSON file that says which jobs of CI get a token for their ID token: docs/guides/cache-access.md
  --max-entry      the largest entry that is taken, 4GB by default
  --no-access-log  no line of JSON a request on standard output
  --no-status      neither the status page at / nor /metrics

Each option can be given as a variable, too: NX_ML_SERVER_STORAGE, NX_ML_SERVER_TLS_CERT and so on, flags as 1.

Examples
  nx-ml-server serve --storage /srv/nx-ml/storage --state /srv/nx-ml/state
  nx-ml-server serve --storage s3://models/cache --state /srv/nx-ml/state --listen 0.0.0.0:443 --tls-cert c.pem --tls-key k.pem
`;

export const serve: ServerCommand = {
  name: 'serve',
  summary: 'serve the remote cache and the store until stopped',
  help,
  run: async (args, io) => {
    const options = parseServeOptions(args, io, help);
    const { runServer } = await import('./run-server.js');
    return runServer(options, io);
  },
};

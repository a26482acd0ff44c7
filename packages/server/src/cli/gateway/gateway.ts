import type { ServerCommand } from '../command.js';
import { parseGatewayOptions } from './gateway-options.js';

const help = `nx-ml-server gateway --release FOLDER | --state FOLDER [--listen 127.0.0.1:9320] [options]

Serves the models of one release, or of the services that are deployed to it, by the Open Inference Protocol v2 until it gets
SIGTERM or ctrl-C: then it is not ready any more, ends the requests under way, and exits with 0. A second signal ends it at once.

  --release        a folder with release.json, and for each of its models a folder with the files of its bundle
  --state          a folder for what is deployed, which is served again after a restart. The gateway has a listener for nx-ml
                   deploy then, and shows the token for it once, at its first start
  --admin-listen   address and port of that listener, 127.0.0.1:9321 by default
  --trusted-key    whose signature a bundle must have: ed25519:<base64>, more with commas between. Without one, nobody's
  --max-blob       the largest file of a bundle, 64GB by default
  --listen         address and port, 127.0.0.1:9320 by default. Another than loopback needs TLS or --behind-proxy
  --tls-cert, --tls-key   PEM files; the gateway speaks HTTPS
  --behind-proxy   a proxy on a private network ends TLS in front of it
  --max-body       the largest request, 16MB by default
  --env            names of variables that processes of your own get, beside PATH, HOME and the like: HF_HOME,MY_SETTING
  --request-log    a file that gets a sample of the requests with their answers, as JSON lines. It holds what users sent
  --request-log-sample   of the requests, by their id; 0.01 by default
  --request-log-size     of one file, 64MB by default; four are kept
  --no-access-log  no line of JSON a request on standard output

Each option can be given as a variable, too: NX_ML_SERVER_RELEASE, NX_ML_SERVER_LISTEN and so on, flags as 1.

Examples
  nx-ml-server gateway --release build/release
  nx-ml-server gateway --state /var/lib/nx-ml-gateway --trusted-key ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
  nx-ml-server gateway --release /srv/mail --listen 0.0.0.0:443 --tls-cert c.pem --tls-key k.pem --request-log /srv/log/mail.jsonl
`;

export const gateway: ServerCommand = {
  name: 'gateway',
  summary: 'serve models until stopped',
  help,
  run: async (args, io) => {
    const options = parseGatewayOptions(args, io, help);
    const { runGateway } = await import('./run-gateway.js');
    return runGateway(options, io);
  },
};

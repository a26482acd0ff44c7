import type { ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server gateway token [--state FOLDER] [--json]

Makes a new admin token of a gateway and prints it this once: only its hash is kept. The one before counts for nothing from then
on, also in a gateway that runs.

  --state    the gateway's state folder; otherwise NX_ML_SERVER_STATE
  --json     one JSON object: {token}

Examples
  nx-ml-server gateway token --state /var/lib/nx-ml-gateway
`;

export const gatewayToken: ServerCommand = {
  name: 'gateway token',
  summary: 'make a new admin token of a gateway, and print it this once',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, switches: ['json'] });
    const { AdminToken, openGatewayFolder } = await import('../../gateway/index.js');
    const token = new AdminToken(openGatewayFolder(options.state())).mint(io.clock.now());
    io.write(options.has('json') ? `${JSON.stringify({ token })}\n` : `${token}\n`);
    io.tell('The token is shown this once; the one before counts for nothing any more.\n');
    return 0;
  },
};

import type { AddressInfo } from 'node:net';

import { openCommandHost } from '../../host/command/index.js';
import { AdminRig } from './admin-rig.js';

/** A gateway as a process that a test may kill, with models that are processes; tells on standard output where it listens. */
async function serve(path: string): Promise<void> {
  const rig = new AdminRig({ path, openHost: (options) => openCommandHost(options, process.env) });
  await rig.start();
  const { port } = rig.parts.opened.app.server.address() as AddressInfo;
  const told = { token: rig.token, admin: rig.address, everybody: `http://127.0.0.1:${String(port)}` };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  setInterval(() => {
    for (const line of rig.lines.splice(0)) process.stdout.write(`${line}\n`);
  }, 10);
}

void serve(process.argv[2] ?? '');

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

import { cephConf } from './ceph-conf.mjs';

const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin', 'setpriv'];

/** What a machine lacks to start the server; Debian's `radosgw ceph-mon ceph-osd ceph-common` bring all of it. */
export function missingPrograms() {
  return programs.filter((program) => !onPath(program));
}

/**
 * Starts a real S3 server, Ceph's radosgw over a store in memory, on free loopback ports, with keys of its own.
 * Everything it writes lies below `folder`. Its processes are children of this one and are killed when it dies,
 * however it dies (prctl's PR_SET_PDEATHSIG, so Linux only).
 */
export async function startRadosgw({ folder, memory = 4 * 2 ** 30, tries = 3 }) {
  const cluster = new Cluster(join(folder, `try-${tries}`));
  try {
    await cluster.startStore(memory);
    const gateway = await cluster.startGateway();
    return { ...gateway, processes: cluster.processes(), stop: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    // A port that was free a moment ago may be taken by now.
    if (tries > 1) return startRadosgw({ folder, memory, tries: tries - 1 });
    throw error;
  }
}

class Cluster {
  #daemons = [];
  #folder;
  #conf;

  constructor(folder) {
    this.#folder = folder;
    this.#conf = join(folder, 'ceph.conf');
    for (const name of ['mon', 'osd', 'rgw', 'run']) mkdirSync(join(folder, name), { recursive: true });
  }

  /** The monitor and the one object daemon. */
  async startStore(memory) {
    const [fsid, osd, port] = [randomUUID(), randomUUID(), await freePort()];
    writeFileSync(this.#conf, cephConf({ folder: this.#folder, fsid, monitorPort: port, memory }));
    this.#run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v1:127.0.0.1:${port}/0]`, 'monmap');
    this.#run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap');
    this.#start('ceph-mon', '-i', 'a');
    this.#run('ceph', 'osd', 'new', osd);
    this.#run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    this.#run('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'host=localhost', 'root=default');
    this.#start('ceph-osd', '-i', '0');
  }

  async startGateway() {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const accessKeyId = randomBytes(10).toString('hex').toUpperCase();
    const secretAccessKey = randomBytes(20).toString('hex');
    const keys = ['--access-key', accessKeyId, '--secret', secretAccessKey];
    this.#run(
      'radosgw-admin',
      'user',
      'create',
      '--uid=specs',
      '--display-name=specs',
      '--rgw-zone=default',
      ...keys,
    );
    const daemon = this.#start(
      'radosgw',
      '-n',
      'client.rgw',
      `--rgw-frontends=beast endpoint=127.0.0.1:${port}`,
    );
    await answering(endpoint, daemon);
    return { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey };
  }

  processes() {
    return this.#daemons.map(({ pid }) => pid);
  }

  async stop() {
    for (const daemon of this.#daemons.reverse()) await killed(daemon);
    this.#daemons = [];
  }

  /** A step of the set-up, to its end. */
  #run(program, ...args) {
    const options = { cwd: this.#folder, encoding: 'utf8', timeout: 20_000 };
    const all = program === 'monmaptool' ? args : ['-c', this.#conf, ...args];
    const { status, stderr, error } = spawnSync(program, all, options);
    if (status !== 0) throw new Error(`${program} ${args[0]}: ${error?.message ?? stderr}`);
  }

  #start(program, ...args) {
    const all = ['--pdeathsig', 'KILL', program, ...args, '-c', this.#conf, '-f'];
    const daemon = spawn('setpriv', all, { cwd: this.#folder, stdio: 'ignore' });
    this.#daemons.push(daemon);
    return daemon;
  }
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function killed(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  // Nothing it keeps is wanted any more.
  daemon.kill('SIGKILL');
  await ended;
}

async function answering(endpoint, daemon) {
  for (let left = 300; left > 0; left -= 1) {
    if (daemon.exitCode !== null) throw new Error(`radosgw ended with ${daemon.exitCode}`);
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`radosgw did not answer at ${endpoint}`);
}

/** Nobody else has it at this moment; a server that then finds it taken fails to start and says so. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

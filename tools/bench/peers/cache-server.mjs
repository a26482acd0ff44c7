import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../packages/server/dist/cli/main.js', import.meta.url));

/** Our server as its users start it, with a token of the protected scope. */
export class CacheServer {
  #process;

  /** @returns {Promise<CacheServer>} */
  static async start(folder) {
    const server = new CacheServer();
    const [storage, state] = [join(folder, 'storage'), join(folder, 'state')];
    mkdirSync(storage, { recursive: true });
    const mint = [
      'token',
      'mint',
      '--scope',
      'protected',
      '--mode',
      'read-write',
      '--state',
      state,
      '--json',
    ];
    server.token = JSON.parse(run(mint)).token;
    const args = ['serve', '--storage', storage, '--state', state, '--listen', '127.0.0.1:0'];
    // Its access log goes where logs go: into a file or a pipe that somebody reads. Here nobody does.
    server.#process = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    server.origin = await new Promise((resolve, reject) => {
      server.#process.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      server.#process.stderr.on('data', (text) => {
        const address = /http:\/\/\S+/.exec(String(text))?.[0];
        if (address !== undefined) resolve(address);
      });
    });
    server.storage = storage;
    return server;
  }

  url(hash) {
    return `${this.origin}/v1/cache/${hash}`;
  }

  get header() {
    return `Authorization: Bearer ${this.token}`;
  }

  /** Megabytes: what it holds now, and the most that it ever held. */
  memory() {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1000;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  async stop() {
    this.#process.removeAllListeners('exit');
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

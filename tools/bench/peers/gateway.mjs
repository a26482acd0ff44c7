import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const cli = fileURLToPath(new URL('../../../packages/server/dist/cli/main.js', import.meta.url));
const { servingCodec } = require('../../../packages/core/dist/bundle/index.js');

/** Our gateway as its users start it, with one model of rows of `inputs` numbers to rows of `outputs`. */
export class GatewayPeer {
  #process;

  /** @param {{runtime: object, inputs: number, outputs: number, files: Record<string, Buffer | string>}} model */
  static async start(folder, model) {
    writeRelease(folder, model);
    const gateway = new GatewayPeer();
    // Its access log goes where logs go: into a file or a pipe that somebody reads. Here nobody does.
    gateway.#process = spawn(
      process.execPath,
      [cli, 'gateway', '--release', folder, '--listen', '127.0.0.1:0'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    gateway.origin = await addressOf(gateway.#process);
    return gateway;
  }

  get url() {
    return `${this.origin}/v2/models/m/infer`;
  }

  /** Megabytes that it holds now. */
  memory() {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1000;
  }

  stop() {
    return end(this.#process);
  }
}

/** A process of Node that tells its address on its standard error, as `listens on http://…`. */
export class NodePeer {
  #process;

  static async start(file, args) {
    const peer = new NodePeer();
    peer.#process = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    peer.origin = await addressOf(peer.#process);
    return peer;
  }

  get url() {
    return `${this.origin}/v2/models/m/infer`;
  }

  stop() {
    return end(this.#process);
  }
}

function writeRelease(folder, { runtime, inputs, outputs, files }) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, 'm', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'm', path), content);
  }
  const tensor = (name, width) => ({ name, datatype: 'FP32', shape: [-1, width] });
  const signature = { inputs: [tensor('x', inputs)], outputs: [tensor('y', outputs)] };
  writeFileSync(
    join(folder, 'm', 'serving.json'),
    servingCodec.encode({ formatVersion: 1, name: 'm', signature, runtime }),
  );
  writeFileSync(join(folder, 'm', 'example.json'), requestOf(inputs));
  const release = {
    formatVersion: 1,
    service: 'bench',
    models: { m: `sha256:${'0'.repeat(64)}` },
    config: {},
  };
  writeFileSync(join(folder, 'release.json'), JSON.stringify(release));
}

/** One row. */
export function requestOf(inputs, more = {}) {
  const data = Array.from({ length: inputs }, (_, at) => (at % 10) / 10);
  return JSON.stringify({ ...more, inputs: [{ name: 'x', datatype: 'FP32', shape: [1, inputs], data }] });
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    let told = '';
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}: ${told}`)));
    child.stderr.on('data', (text) => {
      told += text;
      const address = /listens on (http:\/\/\S+)/.exec(told)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}

async function end(child) {
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Serving } from '@nx-ml/core/bundle';

import { openCommandHost } from '../command/index.js';
import type { HostLimits, ModelHost } from '../model-host.js';
import { tableSignature, tableSize } from './table-model.js';

/**
 * The model of the contract as a server of its own. `STALL` in an input's name of a file makes it wait, so that tests say when it answers:
 * it does nothing while the file `stall` is in its folder; it answers wrongly what the file `answer` says.
 */
const program = `
const { createServer } = require('node:http');
const { existsSync, readFileSync, appendFileSync } = require('node:fs');
const { name, model, port } = JSON.parse(readFileSync(process.env.ML_SERVE, 'utf8'));
if (existsSync('broken')) { console.error('it is broken'); process.exit(3); }
const file = (path) => { try { return readFileSync(path, 'utf8'); } catch { return undefined; } };
createServer((request, response) => {
  if (request.url === '/v2/health/ready') { response.writeHead(existsSync('unready') ? 503 : 200).end(); return; }
  let body = '';
  request.on('data', (piece) => { body += piece; }).on('end', async () => {
    appendFileSync('asked', request.url + '\\n');
    while (existsSync('stall')) await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = file('answer');
    if (answer !== undefined) { const [status, text] = answer.split(/ (.*)/s); response.writeHead(Number(status)).end(text); return; }
    const { inputs: [{ data }] } = JSON.parse(body);
    if (data.some((at) => at >= ${String(tableSize)})) { response.writeHead(500).end('{"error":"beyond the table"}'); return; }
    response.end(JSON.stringify({ model_name: name, outputs: [
      { name: 'same', datatype: 'INT64', shape: [data.length], data },
      { name: 'value', datatype: 'FP32', shape: [data.length], data: data.map((at) => at * 10) },
    ] }));
  });
}).listen(port, '127.0.0.1', () => { appendFileSync('pids', process.pid + '\\n'); console.log('serves ' + model); });
`;

export class CommandRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'nx-ml-command-'));
  readonly lines: string[] = [];
  readonly #hosts: ModelHost[] = [];

  constructor() {
    for (const name of ['code', 'model']) mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, 'code', 'serve.cjs'), program);
  }

  async open(
    limits: Partial<HostLimits> = {},
    command = `"${process.execPath}" serve.cjs`,
  ): Promise<ModelHost> {
    const serving: Serving = {
      formatVersion: 1,
      name: 'table',
      signature: tableSignature,
      runtime: { kind: 'command', command, folder: 'code' },
    };
    const options = {
      folder: this.folder,
      serving,
      limits: { queue: 1000, timeout: 30_000, start: 30_000, ...limits },
      example: { inputs: [], body: Buffer.from('{}') },
      log: (line: string) => {
        this.lines.push(line);
      },
    };
    const host = await openCommandHost(options, { PATH: process.env['PATH'] });
    this.#hosts.push(host);
    return host;
  }

  /** Makes the process behave otherwise: `stall`, `unready`, `broken`; or `answer` with a status and a text. */
  say(name: 'stall' | 'unready' | 'broken' | 'answer', text = ''): void {
    writeFileSync(join(this.folder, 'code', name), text);
  }

  unsay(name: 'stall' | 'unready' | 'broken' | 'answer'): void {
    rmSync(join(this.folder, 'code', name), { force: true });
  }

  /** Of the processes that listened, the youngest last. */
  get pids(): number[] {
    return this.#linesOf('pids').map(Number);
  }

  /** How many requests came to any of them. */
  get asked(): number {
    return this.#linesOf('asked').length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close(0)));
    rmSync(this.folder, { recursive: true });
  }

  #linesOf(name: string): string[] {
    try {
      return readFileSync(join(this.folder, 'code', name), 'utf8')
        .trim()
        .split('\n');
    } catch {
      return [];
    }
  }
}

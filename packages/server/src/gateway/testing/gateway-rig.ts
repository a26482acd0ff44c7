import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { servingCodec } from '@nx-ml/core/bundle';
import type { ModelSignature } from '@nx-ml/core/bundle';
import { releaseId } from '@nx-ml/core/deploy';
import { digestOf } from '@nx-ml/core/kernel';
import type { Digest, JsonObject } from '@nx-ml/core/kernel';

import { defaultLimits } from '../../app/limits.js';
import type { UnpackedRelease } from '../gateway-control.js';
import { FakeHosts } from '../host/testing/fake-host.js';
import type { Script } from '../host/testing/fake-host.js';
import { openGateway } from '../open-gateway.js';
import type { OpenedGateway, OpenGatewayOptions } from '../open-gateway.js';
import { InferenceFailure } from '../protocol/index.js';

/** A row of two numbers to its sum, unless a test says otherwise. */
const sumSignature: ModelSignature = {
  inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }],
  outputs: [{ name: 'sum', datatype: 'FP64', shape: [-1] }],
};

export const sum: Script = ({ inputs: [x] }) => {
  const data = Array.from(
    { length: x?.shape[0] ?? 0 },
    (_, row) => Number(x?.data[2 * row]) + Number(x?.data[2 * row + 1]),
  );
  return [{ name: 'sum', datatype: 'FP64', shape: [data.length], data }];
};

/** A model that fails at whatever it is asked. */
export const bad: Script = () => {
  throw new InferenceFailure('model', 'it is a bad model');
};

export const sumRequest = (a: number, b: number, more: object = {}): string =>
  JSON.stringify({ ...more, inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 2], data: [a, b] }] });

interface Answer {
  readonly status: number;
  readonly release: string | null;
  readonly headers: Headers;
  readonly json: unknown;
}

interface ReleaseOptions {
  readonly config?: JsonObject;
  readonly signature?: ModelSignature;
  readonly service?: string;
  readonly model?: string;
  /** JSON: by the signature. */
  readonly example?: string;
}

/** A gateway that listens on a port of its own, whose models do what a test says. */
export class GatewayRig {
  readonly hosts = new FakeHosts();
  readonly lines: string[] = [];
  readonly accessLines: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'nx-ml-gateway-'));
  #opened: OpenedGateway | undefined;

  async start(over: Partial<OpenGatewayOptions> = {}): Promise<void> {
    this.#opened = await openGateway({
      openHost: this.hosts.open,
      clock: { now: () => 0, monotonic: () => performance.now() },
      limits: { ...defaultLimits, maxJson: 100_000 },
      feedbackWindow: { duration: 60_000, count: 1000 },
      shadows: 4,
      version: '0.0.0',
      accessLog: (line) => this.accessLines.push(line),
      log: (line) => this.lines.push(line),
      ...over,
    });
    await this.#opened.app.listen({ host: '127.0.0.1', port: 0 });
  }

  get opened(): OpenedGateway {
    if (this.#opened === undefined) throw new Error('The gateway was not started.');
    return this.#opened;
  }

  get gateway(): OpenedGateway['gateway'] {
    return this.opened.gateway;
  }

  get port(): number {
    return (this.opened.app.server.address() as AddressInfo).port;
  }

  /** A release of the service `adder` with the model `sum`, which answers by the script. */
  release(
    name: string,
    script: Script = sum,
    {
      config = {},
      signature = sumSignature,
      service = 'adder',
      model = 'sum',
      example = sumRequest(1, 2),
    }: ReleaseOptions = {},
  ): UnpackedRelease {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const runtime = { kind: 'command', command: 'none', folder: 'code' } as const;
    writeFileSync(
      join(folder, 'serving.json'),
      servingCodec.encode({ formatVersion: 1, name: model, signature, runtime }),
    );
    writeFileSync(join(folder, 'example.json'), example);
    this.hosts.script(folder, script);
    return {
      release: { formatVersion: 1, service, models: { [model]: digestOf(name) }, config },
      folders: { [model]: folder },
    };
  }

  /** Stages a release, and makes it the baseline. */
  async serve(unpacked: UnpackedRelease): Promise<Digest> {
    const id = releaseId(unpacked.release);
    const { service } = unpacked.release;
    expect(await this.gateway.stage(unpacked)).toMatchObject({ ready: true });
    const { revision } = this.gateway.observe(service);
    expect(await this.gateway.route(service, revision, { baseline: id })).toMatchObject({ done: true });
    return id;
  }

  /** Stages a release, and gives it a share beside the baseline. */
  async try(
    unpacked: UnpackedRelease,
    share: number,
    { mode = 'split', lease }: { mode?: 'split' | 'shadow'; lease?: number } = {},
  ): Promise<Digest> {
    const release = releaseId(unpacked.release);
    const { service } = unpacked.release;
    expect(await this.gateway.stage(unpacked)).toMatchObject({ ready: true });
    const { revision, route } = this.gateway.observe(service);
    const to = { baseline: route.baseline, candidate: { release, share, mode } };
    expect(await this.gateway.route(service, revision, to, lease)).toMatchObject({ done: true });
    return release;
  }

  async ask(path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(`http://127.0.0.1:${String(this.port)}${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) }),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await answer.text();
    const json: unknown =
      answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
    return {
      status: answer.status,
      release: answer.headers.get('x-ml-release'),
      headers: answer.headers,
      json,
    };
  }

  /** The sum of two numbers, by whoever the route chooses. */
  add(a: number, b: number, more: object = {}): Promise<Answer> {
    return this.ask('/v2/models/sum/infer', sumRequest(a, b, more));
  }

  async close(): Promise<void> {
    await this.#opened?.app.close();
    rmSync(this.#folder, { recursive: true });
  }
}

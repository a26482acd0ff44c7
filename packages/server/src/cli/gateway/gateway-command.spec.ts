import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { newKey } from '@nx-ml/core/bundle/testing';

import { AdminToken, openGatewayFolder } from '../../gateway/index.js';
import { fakeIo } from '../testing/fake-io.js';
import { gatewayToken } from './gateway-token.js';
import { parseGatewayOptions } from './gateway-options.js';
import type { GatewayOptions } from './gateway-options.js';
import { processEnvironment } from './process-environment.js';
import { readRelease } from './read-release.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-gateway-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const parse = (args: readonly string[], env: Record<string, string> = {}): GatewayOptions =>
  parseGatewayOptions(args, fakeIo({ cwd: folder, env }), 'usage\n');

it('listens on loopback, logs, and keeps no requests, unless told otherwise', () => {
  expect(parse(['--release', 'r'])).toEqual({
    release: join(folder, 'r'),
    listen: { host: '127.0.0.1', port: 9320, isLoopback: true },
    tls: undefined,
    isBehindProxy: false,
    maxBody: 16e6,
    env: [],
    requestLog: undefined,
    isLogging: true,
  });
});

it('takes variables, and options before them', () => {
  const env = {
    NX_ML_SERVER_RELEASE: '/r',
    NX_ML_SERVER_LISTEN: '127.0.0.1:1',
    NX_ML_SERVER_REQUEST_LOG: 'log.jsonl',
    NX_ML_SERVER_NO_ACCESS_LOG: '1',
    NX_ML_SERVER_ENV: 'HF_HOME,MINE',
  };
  expect(parse(['--listen', '127.0.0.1:2', '--request-log-sample', '1'], env)).toMatchObject({
    release: '/r',
    listen: { port: 2 },
    requestLog: { file: join(folder, 'log.jsonl'), sample: 1, bytes: 64e6 },
    isLogging: false,
    env: ['HF_HOME', 'MINE'],
  });
});

it.each([
  [[]],
  [['--release', 'r', 'extra']],
  [['--release', 'r', '--listen', '0.0.0.0:80']],
  [['--release', 'r', '--request-log', 'f', '--request-log-sample', '2']],
  [['--release', 'r', '--max-body', '5']],
])('refuses %j', (args) => {
  expect(() => parse(args)).toThrow(expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error);
});

it('reads a release', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const release = {
    formatVersion: 1,
    service: 's',
    models: { one: digest },
    config: {},
  };
  writeFileSync(join(folder, 'release.json'), JSON.stringify(release));
  expect(await readRelease(folder)).toEqual({ release, folders: { one: join(folder, 'one') } });
});

it.each([
  '',
  '[]',
  `{"formatVersion":1,"service":"s","models":{"../two":"sha256:${'a'.repeat(64)}"},"config":{}}`,
  `{"formatVersion":1,"service":"s","models":{"..":"sha256:${'a'.repeat(64)}"},"config":{}}`,
  '{"formatVersion":2,"service":"s","models":{},"config":{}}',
  '{"formatVersion":1,"service":"s","models":{"m":"x"},"config":{}}',
])('refuses the release %s', async (text) => {
  writeFileSync(join(folder, 'release.json'), text);
  await expect(readRelease(folder)).rejects.toMatchObject({ code: 'ERR_ML_SERVER_CONFIG' });
});

it('gives processes what they need of the environment, and nothing of ours', () => {
  const all = {
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '0',
    NX_ML_SERVER_STATE: '/s',
    AWS_SECRET_ACCESS_KEY: 'x',
    MINE: 'y',
  };
  expect(processEnvironment(all, ['MINE'])).toEqual({
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '0',
    MINE: 'y',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  });
});

it('is deployed to on loopback, and believes whom it is told to', () => {
  const { signing, trusted } = newKey();
  const { release, admin } = parse(['--state', 's', '--trusted-key', signing.publicKey]);
  expect([release, admin]).toEqual([
    undefined,
    {
      state: join(folder, 's'),
      listen: { host: '127.0.0.1', port: 9321, isLoopback: true },
      tls: undefined,
      isBehindProxy: false,
      trustedKeys: [trusted],
      maxBlob: 64e9,
    },
  ]);
});

it.each([
  [['--state', 's', '--release', 'r'], 'ERR_ML_USAGE'],
  [['--state', 's', '--admin-listen', '0.0.0.0:80'], 'ERR_ML_USAGE'],
  [['--state', 's', '--trusted-key', 'ed25519:x'], 'ERR_ML_BUNDLE_SIGNING_KEY'],
])('refuses %j', (args, code) => {
  expect(() => parse(args)).toThrow(expect.objectContaining({ code }) as Error);
});

it('makes a token that takes the place of the one before', async () => {
  const state = join(folder, 'state');
  const mint = async (): Promise<string> => {
    const io = fakeIo({ cwd: folder });
    expect(await gatewayToken.run(['--state', state, '--json'], io)).toBe(0);
    return (JSON.parse(io.written()) as { token: string }).token;
  };
  const [first, second] = [await mint(), await mint()];
  const known = new AdminToken(openGatewayFolder(state));
  expect([known.isRight(first), known.isRight(second)]).toEqual([false, true]);
});

it('makes no token in a folder of others', async () => {
  writeFileSync(join(folder, 'mine.txt'), '');
  await expect(gatewayToken.run(['--state', folder], fakeIo())).rejects.toMatchObject({
    code: 'ERR_ML_SERVER_STATE',
  });
});

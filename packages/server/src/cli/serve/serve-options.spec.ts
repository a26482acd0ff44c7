import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fakeIo } from '../testing/fake-io.js';
import { parseServeOptions } from './serve-options.js';
import type { ServeOptions } from './serve-options.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const places = ['--storage', 'storage', '--state', 'state'];
const parse = (args: readonly string[], env: Record<string, string> = {}): ServeOptions =>
  parseServeOptions(args, fakeIo({ cwd: folder, env }), 'usage\n');

it('listens on loopback unless told otherwise', () => {
  expect(parse(places)).toMatchObject({
    storage: join(folder, 'storage'),
    state: join(folder, 'state'),
    listen: { host: '127.0.0.1', port: 9310 },
    tls: undefined,
    isBehindProxy: false,
    isLogging: true,
    quota: undefined,
  });
});

it('takes variables, and options before them', () => {
  const env = {
    NX_ML_SERVER_STORAGE: 's3://bucket/cache',
    NX_ML_SERVER_STATE: '/state',
    NX_ML_SERVER_LISTEN: '127.0.0.1:1',
    NX_ML_SERVER_QUOTA: '1.5TB',
    NX_ML_SERVER_NO_ACCESS_LOG: '1',
  };
  expect(parse(['--listen', '[::1]:2'], env)).toMatchObject({
    storage: 's3://bucket/cache',
    listen: { host: '::1', port: 2 },
    quota: 1.5e12,
    isLogging: false,
  });
});

it('listens elsewhere with a certificate, or behind a proxy, and not without', () => {
  const open = [...places, '--listen', '0.0.0.0:443'];
  const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
  expect(parse([...open, ...tls]).tls).toEqual({
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
  });
  expect(parse([...open, '--behind-proxy']).isBehindProxy).toBe(true);
  expect(() => parse(open)).toThrow('Without TLS the server listens on this machine alone');
});

it.each([
  [['--state', 'x']],
  [['--storage', 'x']],
  [[...places, 'extra']],
  [[...places, '--quota', '5']],
  [[...places, '--quota', '0GB']],
  [[...places, '--max-entry', '5gb']],
  [[...places, '--listen', 'here']],
  [[...places, '--tls-cert', 'cert.pem']],
  [[...places, '--port', '1']],
])('refuses %j', (args) => {
  expect(() => parse(args)).toThrow(expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error);
});

it('tells a file of --oidc that cannot be read', () => {
  expect(() => parse([...places, '--oidc', 'no.json'])).toThrow(
    expect.objectContaining({
      code: 'ERR_ML_SERVER_CONFIG',
      message: expect.stringContaining(join(folder, 'no.json')) as string,
    }) as Error,
  );
});

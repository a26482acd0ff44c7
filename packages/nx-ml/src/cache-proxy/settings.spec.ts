import { generateKeyPairSync } from 'node:crypto';

import { formatPublicKey } from '@nx-ml/core/cache';

import { settingsOf } from './settings.js';

const of = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  settingsOf({ args, variables, root: '/w', cwd: '/w/models' });
const failing = (code: string) => expect.objectContaining({ code }) as Error;

it('has defaults for everything but the server', () => {
  expect(of(['--upstream', 'https://cache.example.org/ml', '--', 'nx', 'run', '--help'])).toMatchObject({
    upstream: new URL('https://cache.example.org/ml/'),
    port: 0,
    queue: '/w/.nx-ml/cache-queue',
    maxQueue: 4e9,
    timeout: 10,
    drain: 60,
    command: ['nx', 'run', '--help'],
    pins: { keys: [], scope: undefined },
  });
});

it('reads the server, the pinned keys and the scope from variables', () => {
  const keys = [1, 2].map(() => formatPublicKey(generateKeyPairSync('ed25519').publicKey));
  const settings = of([], {
    NX_ML_CACHE_SERVER: 'http://127.0.0.1:9310',
    NX_ML_CACHE_KEY: keys.join(','),
    NX_ML_CACHE_SCOPE: 'pr-7',
  });
  expect(settings.upstream.href).toBe('http://127.0.0.1:9310/');
  expect(settings.pins.keys.map(formatPublicKey)).toEqual(keys);
  expect([settings.pins.scope, settings.command]).toEqual(['pr-7', []]);
});

it('takes paths from where it was typed', () => {
  const settings = of([
    '--upstream',
    'https://a',
    '--queue',
    'q',
    '--ready-file',
    '../r',
    '--queue-max',
    '1MB',
  ]);
  expect(settings).toMatchObject({ queue: '/w/models/q', readyFile: '/w/r', maxQueue: 1e6 });
});

it.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
  ['ERR_ML_USAGE', [], {}],
  ['ERR_ML_USAGE', ['--upstream', 'https://a', 'nx', 'run'], {}],
  ['ERR_ML_USAGE', ['--upstream', 'https://a', '--'], {}],
  ['ERR_ML_USAGE', ['--upstream', 's3://bucket'], {}],
  ['ERR_ML_USAGE', ['--upstream', 'cache.example.org'], {}],
  ['ERR_ML_USAGE', ['--upstream', 'https://a', '--port', '70000'], {}],
  ['ERR_ML_USAGE', ['--upstream', 'https://a', '--timeout', '0'], {}],
  ['ERR_ML_USAGE', ['--upstream', 'https://a', '--queue-max', 'much'], {}],
  ['ERR_ML_REMOTE_ADDRESS', ['--upstream', 'http://cache.example.org'], {}],
  ['ERR_ML_REMOTE_ADDRESS', ['--upstream', 'https://me:secret@cache.example.org'], {}],
  ['ERR_ML_CACHE_KEY', ['--upstream', 'https://a'], { NX_ML_CACHE_KEY: 'x' }],
  ['ERR_ML_SCOPE_INVALID', ['--upstream', 'https://a'], { NX_ML_CACHE_SCOPE: 'all' }],
])('refuses, with %s: %j %j', (code, args, variables) => {
  expect(() => of(args, variables)).toThrow(failing(code));
});

it('says of an address that cannot be used where it was written, and not what it holds', () => {
  const wrong = () => of(['--upstream', 'https://me:secret@cache.example.org']);
  expect(wrong).toThrow(/^The address of the cache server \(--upstream, or NX_ML_CACHE_SERVER\) cannot/);
  expect(wrong).not.toThrow(/secret/);
});

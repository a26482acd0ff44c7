import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';

import { openServerRig } from '../../testing/server-rig.js';
import type { ServerRig } from '../../testing/server-rig.js';
import { certificateFile } from '../testing/certificate-file.js';
import { ServedCertificate } from './index.js';
import type { CertificateFiles } from './index.js';

const authority = readFileSync(certificateFile('authority'));
/** Until when they are valid, by which they are told apart. */
const [firstEnds, renewedEnds] = ['Nov  1 00:00:00 2126 GMT', 'Nov  2 00:00:00 2126 GMT'];
const day = 86_400_000;

let folder: string;
let files: CertificateFiles;
let told: string[];
let now: number;
let rig: ServerRig | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-tls-'));
  files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  told = [];
  now = Date.parse('2026-11-27T12:00:00Z');
  put('cert', 'first');
  put('key', 'first');
});

afterEach(async () => {
  await rig?.close();
  rig = undefined;
  rmSync(folder, { recursive: true });
});

/** As certbot and cert-manager do it: whole, by a rename. */
function put(file: keyof CertificateFiles, name: string): void {
  copyFileSync(certificateFile(name), `${files[file]}.new`);
  renameSync(`${files[file]}.new`, files[file]);
}

const certificate = (): ServedCertificate =>
  new ServedCertificate(files, {
    clock: { now: () => now },
    tell: (message) => told.push(message),
    every: 10,
  });

async function serve(): Promise<void> {
  rig = await openServerRig({ certificate: certificate() });
}

interface Shown {
  readonly status: number | undefined;
  /** Until when the certificate is valid that was shown. */
  readonly until: string;
  readonly protocol: string | null;
}

function ask(options: RequestOptions = {}): Promise<Shown> {
  const place = { host: '127.0.0.1', port: rig?.port, path: '/health/live', ca: authority, agent: false };
  return new Promise((resolve, reject) => {
    request({ ...place, ...options }, (answer) => {
      const { socket } = answer;
      if (!(socket instanceof TLSSocket)) throw new Error('it is no connection of TLS');
      const shown = { until: socket.getPeerCertificate().valid_to, protocol: socket.getProtocol() };
      answer.resume().on('end', () => {
        resolve({ status: answer.statusCode, ...shown });
      });
    })
      .on('error', reject)
      .end();
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5);
}

const refusal = (message: RegExp): Error =>
  expect.objectContaining({
    code: 'ERR_ML_SERVER_CONFIG',
    message: expect.stringMatching(message) as string,
  }) as Error;

describe('A server with a certificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    await serve();
    const shown = await ask({ minVersion: version, maxVersion: version });
    expect(shown).toEqual({ status: 200, until: firstEnds, protocol: version });
  });

  it('speaks no older one, and no HTTP', async () => {
    await serve();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(ask(old)).rejects.toThrow(/protocol version/);
    expect(certificate().context.minVersion).toBe('TLSv1.2');
    await expect(fetch(`http://127.0.0.1:${String(rig?.port)}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('is not believed by whoever does not know its authority', async () => {
    await serve();
    await expect(ask({ ca: [] })).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('shows a renewed one to connections that begin later, and goes on with those that are open', async () => {
    await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask({ agent })).until).toBe(firstEnds);
    put('cert', 'renewed');
    put('key', 'renewed');
    await until(async () => (await ask()).until === renewedEnds);
    expect(await ask({ agent })).toMatchObject({ status: 200, until: firstEnds });
    expect(told.at(-1)).toContain('renewed: valid until 2126-11-02');
    agent.destroy();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'before its key came',
      () => {
        put('cert', 'renewed');
      },
      /key\.pem is not that of the certificate/,
    ],
    [
      'cut by a full disk',
      () => {
        writeFileSync(files.cert, readFileSync(files.cert).subarray(0, 500));
      },
      /holds no certificate/,
    ],
    [
      'gone',
      () => {
        rmSync(files.key);
      },
      /cannot be read/,
    ],
  ])(
    'goes on with the one it has while the other is %s, tells so once, and looks again',
    async (_, change, why) => {
      await serve();
      change();
      await until(() => told.length > 0);
      await pause(50);
      expect(told).toEqual([expect.stringMatching(/not renewed, and served as it was/)]);
      expect(told[0]).toMatch(why);
      expect((await ask()).until).toBe(firstEnds);
      put('cert', 'renewed');
      put('key', 'renewed');
      await until(async () => (await ask()).until === renewedEnds);
    },
  );
});

describe('A certificate', () => {
  const locked = (): void => {
    const key = createPrivateKey(readFileSync(files.key));
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    writeFileSync(files.key, key.export(cipher));
  };
  it.each<[string, () => void, RegExp]>([
    [
      'that is not there',
      () => {
        rmSync(files.cert);
      },
      /cert\.pem cannot be read/,
    ],
    [
      'whose key is not there',
      () => {
        rmSync(files.key);
      },
      /key\.pem cannot be read/,
    ],
    [
      'that is none',
      () => {
        writeFileSync(files.cert, 'x');
      },
      /cert\.pem holds no certificate/,
    ],
    [
      'whose key is none',
      () => {
        put('key', 'authority');
      },
      /key\.pem holds no private key/,
    ],
    ['whose key has a passphrase', locked, /key\.pem holds no private key that can be read without/],
    [
      'with the key of another',
      () => {
        put('key', 'elsewhere');
      },
      /is not that of the certificate/,
    ],
  ])('%s keeps the server from starting', (_, change, message) => {
    change();
    expect(certificate).toThrow(refusal(message));
  });

  it('is told of once before it ends, and again when it has', async () => {
    put('cert', 'ended');
    put('key', 'ended');
    now = Date.parse('2020-01-01T00:00:00Z') - 8 * day;
    await serve();
    expect(told).toEqual([]);
    now += 2 * day;
    await until(() => told.length > 0);
    now += 7 * day;
    await until(() => told.length > 1);
    await pause(50);
    expect(told).toEqual([
      expect.stringContaining('ends on 2020-01-01'),
      expect.stringContaining('has ended on 2020-01-01'),
    ]);
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import { bytesSource, collect } from '../../remote/index.js';
import type { Blobs, S3Address } from '../../remote/index.js';
import { openS3Blobs } from './index.js';
import { useKeys } from './testing/keys.js';
import { addressOf } from './testing/s3-address.js';
import { describeWithS3, makeBucket, startS3Server } from './testing/s3-server.js';
import type { S3Server } from './testing/s3-server.js';

const keys = { accessKeyId: 'AKIAVERYSECRETID', secretAccessKey: 'wJalr7VerySecretKey' };
/** Of all that jest can fake the date alone is faked. */
const realTimers = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'nextTick',
  'queueMicrotask',
  'performance',
  'hrtime',
] as const;
const patience = { firstDelay: 1, idle: 2000, retries: 1 };

/** Everything that can be asked of a bucket, and what came of it where it failed. */
async function failures(blobs: Blobs): Promise<MlError[]> {
  const found: MlError[] = [];
  const attempt = (run: () => Promise<unknown>): Promise<unknown> =>
    run().catch((error: unknown) => {
      if (!isMlError(error)) throw error;
      found.push(error);
    });
  await attempt(() => blobs.size('a'));
  await attempt(async () => collect((await blobs.read('a')) ?? bytesSource(Buffer.alloc(0)).read(0, 0), 1e9));
  await attempt(() => blobs.write('a', bytesSource(Buffer.from('x'))));
  await attempt(() => blobs.create('b', Buffer.from('x')));
  await attempt(async () => {
    for await (const { name } of blobs.list('')) expect(name).not.toBe('');
  });
  await attempt(() => blobs.remove('a'));
  return found;
}

/** A message, its mend, its cause and its stack: whatever a log could show. */
function allOf(error: MlError): string {
  return [error.message, error.fix, ...error.detail, error.stack, String(error.cause)].join('\n');
}

function expectNoSecrets(errors: readonly MlError[], secrets = Object.values(keys)): void {
  for (const error of errors) for (const secret of secrets) expect(allOf(error)).not.toContain(secret);
}

describeWithS3('What a real server refuses', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    useKeys(server);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** All six fail, with one code and one word in common, without a secret. */
  const expectRefused = async (address: S3Address, words: string): Promise<MlError[]> => {
    const errors = await failures(await openS3Blobs(address, { patience }));
    expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'ERR_ML_REMOTE_REFUSED'));
    for (const error of errors) expect(error.message).toContain(words);
    expectNoSecrets(errors, [...Object.values(keys), server.accessKeyId, server.secretAccessKey]);
    return errors;
  };

  it('a bucket that is not there: never an empty remote', async () => {
    await expectRefused({ ...addressOf(server, 'a'), bucket: 'nowhere' }, 'there is no bucket nowhere');
  });

  it('a key that it does not know', async () => {
    useKeys(keys);
    const errors = failures(await openS3Blobs(addressOf(server, 'a'), { patience }));
    const told = (await errors).map(({ message }) => message).join('\n');
    // HEAD has no text that could tell why.
    expect(told).toMatch(/does not know the access key|access is denied/);
    expectNoSecrets(await errors);
  });

  it('a secret that does not belong to the key', async () => {
    useKeys({ ...keys, accessKeyId: server.accessKeyId });
    const errors = await failures(await openS3Blobs(addressOf(server, 'a'), { patience }));
    expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'ERR_ML_REMOTE_REFUSED'));
    expect(errors[1]?.message).toContain('the secret key does not belong to the access key');
    expectNoSecrets(errors, [...Object.values(keys), server.accessKeyId]);
  });

  it('a clock that is wrong, with the difference and who is ahead', async () => {
    const hours = 2 * 3600 * 1000;
    for (const [offset, words] of [
      [hours, '120 minutes ahead of'],
      [-hours, '120 minutes behind'],
    ] as const) {
      const now = Date.now() + offset;
      jest.useFakeTimers({ now, doNotFake: [...realTimers] });
      const blobs = await openS3Blobs(addressOf(server, 'a'), { patience });
      const refused = {
        code: 'ERR_ML_REMOTE_REFUSED',
        message: expect.stringContaining(`this machine’s clock is ${words} the server’s`) as string,
      };
      await expect(blobs.read('a')).rejects.toMatchObject(refused);
      // The answer to HEAD has no text: its date alone tells.
      await expect(blobs.size('a')).rejects.toMatchObject(refused);
      jest.useRealTimers();
    }
  });

  it('TLS, where it speaks none', async () => {
    const endpoint = server.endpoint.replace('http:', 'https:');
    const errors = await failures(await openS3Blobs(addressOf({ ...server, endpoint }, 'a'), { patience }));
    expect(errors).toHaveLength(6);
    for (const { code, fix } of errors)
      expect([code, fix]).toEqual([
        'ERR_ML_REMOTE_UNAVAILABLE',
        expect.stringContaining('write http:// in the address'),
      ]);
  });
});

describe('What cannot be a bucket', () => {
  const at = (endpoint: string): S3Address => addressOf({ endpoint, region: 'us-east-1' }, 'a');
  let server: http.Server | undefined;
  let folder: string;
  beforeEach(() => {
    useKeys(keys);
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-aws-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });
  const serve = async (answer: http.RequestListener): Promise<string> => {
    server = http.createServer((request, response) => {
      request.resume().on('end', () => {
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };

  it('a port on which nobody listens is told at once', async () => {
    const endpoint = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    const errors = await failures(await openS3Blobs(at(endpoint), { patience: { firstDelay: 60_000 } }));
    expect(errors).toHaveLength(6);
    for (const error of errors) {
      expect(error.code).toBe('ERR_ML_REMOTE_UNAVAILABLE');
      expect(error.message).toContain(`${endpoint} cannot be used to`);
      expect(error.message).toContain('ECONNREFUSED');
    }
    expectNoSecrets(errors);
  });

  it.each([404, 200, 301, 400, 418])('a web server that answers %d to everything', async (status) => {
    const endpoint = await serve((_, response) => response.writeHead(status).end('<!DOCTYPE html><p>hello'));
    const errors = await failures(await openS3Blobs(at(endpoint), { patience }));
    // To HEAD, PUT and DELETE 200 may mean anything; to what is read or listed it does not.
    expect(errors.length).toBeGreaterThanOrEqual(status === 200 ? 3 : 6);
    expectNoSecrets(errors);
  });

  it('a bucket of another region, with the region to name', async () => {
    const headers = { 'x-amz-bucket-region': 'eu-west-3' };
    const endpoint = await serve((_, response) => response.writeHead(301, headers).end());
    await expect((await openS3Blobs(at(endpoint))).size('a')).rejects.toMatchObject({
      message: expect.stringContaining('is not in region us-east-1') as string,
      fix: expect.stringContaining('region=eu-west-3') as string,
    });
  });

  it('answers with a text that repeats what was sent are not repeated', async () => {
    const endpoint = await serve((request, response) => {
      const message = JSON.stringify(request.headers) + keys.secretAccessKey;
      response.writeHead(403).end(`<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`);
    });
    const errors = await failures(await openS3Blobs(at(endpoint), { patience }));
    expect(errors).toHaveLength(6);
    expectNoSecrets(errors);
    expect(errors[2]?.fix).toContain('s3:PutObject');
  });

  it('a code that is a key is not repeated', async () => {
    for (const secret of Object.values(keys)) {
      const endpoint = await serve((_, response) => response.writeHead(500).end(`<Code>${secret}</Code>`));
      expectNoSecrets(await failures(await openS3Blobs(at(endpoint), { patience })));
      server?.close();
    }
  });

  it('no answer at all makes anything but an MlError, or repeats a secret', async () => {
    let answer: { status: number; text: string; headers: http.OutgoingHttpHeaders } | undefined;
    const endpoint = await serve((_, response) => {
      response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.text);
    });
    const blobs = await openS3Blobs(at(endpoint), { patience: { ...patience, retries: 0 } });
    const tag = fc.constantFrom(
      'Contents',
      'Key',
      'Size',
      'Code',
      'ListBucketResult',
      'IsTruncated',
      'ETag',
      '!--',
    );
    const piece = fc.oneof(
      tag.map((name) => `<${name}>`),
      tag.map((name) => `</${name}>`),
      fc.constantFrom('true', '17', 'a/x', '&#xffffff;', '&amp;', 'NoSuchKey', '%zz', keys.secretAccessKey),
      fc.string({ maxLength: 5 }),
    );
    const range = fc.constantFrom('bytes 0-0/1', 'bytes 0-99/100', 'bytes 9-8/7', 'x');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 200, 206, 206, 204, 304, 400, 403, 404, 412, 416, 500),
        fc.array(piece).map((pieces) => pieces.join('')),
        fc.record({ etag: fc.constantFrom('"a"', 'b'), 'content-range': range }, { requiredKeys: [] }),
        async (status, text, headers) => {
          answer = { status, text, headers };
          expectNoSecrets(await failures(blobs), [keys.secretAccessKey]);
        },
      ),
      { numRuns: 150 },
    );
  });

  describe('without credentials', () => {
    const refusalWith = async (config: string): Promise<MlError> => {
      useKeys({ accessKeyId: '', secretAccessKey: '' });
      const path = join(folder, 'config');
      writeFileSync(path, config);
      process.env['AWS_CONFIG_FILE'] = path;
      const [error] = await failures(await openS3Blobs(at('http://127.0.0.1:9'), { patience }));
      if (error === undefined) throw new Error('nothing was refused');
      return error;
    };

    it('says how to get some', async () => {
      const error = await refusalWith('');
      expect(error.code).toBe('ERR_ML_REMOTE_REFUSED');
      expect(error.message).toContain('s3://specs/a needs credentials');
      expect(error.fix).toContain('AWS_PROFILE');
    });

    it('does not repeat the command that should have told them, nor what it said', async () => {
      const secret = randomBytes(8).toString('hex');
      const error = await refusalWith(
        `[default]\ncredential_process = sh -c "echo ${secret} >&2; exit 1" ${secret}\n`,
      );
      expect(error.code).toBe('ERR_ML_REMOTE_REFUSED');
      expect(allOf(error)).not.toContain(secret);
    });
  });
});

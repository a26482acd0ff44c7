import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { folderObjectText } from '../../interop/dvc/index.js';
import type { DvcRef } from '../../interop/foreign/index.js';
import { bytesSource } from '../../remote/index.js';
import type { S3Address } from '../../remote/index.js';
import { MemoryBlobs } from '../remote-memory/index.js';
import { DvcData } from './dvc-data.js';
import type { RemoteContext } from './dvc-remotes.js';
import { UnixLines } from './md5.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const object = (sum: string) => `files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`;

const list = folderObjectText([{ path: 'x/a.txt', md5: md5('a') }]);
const contents: Readonly<Record<string, string>> = {
  [object(md5('a,b\n'))]: 'a,b\n',
  [object(md5('a'))]: 'a',
  [`${object(md5(list))}.dir`]: list,
};

const file: DvcRef = {
  tool: 'dvc',
  file: 'd/raw.csv.dvc',
  path: 'd/raw.csv',
  sum: { kind: 'md5', hex: md5('a,b\n') },
  isFolder: false,
};
const folder: DvcRef = { ...file, path: 'd/raw', sum: { kind: 'md5', hex: md5(list) }, isFolder: true };

describe('DVC remotes, read in place', () => {
  let root: string;
  let server: Server;
  let origin: string;
  let answers: Record<string, string>;
  const opened: S3Address[] = [];
  let bucket: MemoryBlobs;

  const context = (): RemoteContext => ({
    offline: false,
    openBucket: (address) => {
      opened.push(address);
      return Promise.resolve(bucket);
    },
  });

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-dvc-'));
    answers = { ...contents };
    bucket = new MemoryBlobs();
    for (const [name, text] of Object.entries(contents))
      await bucket.write(name, bytesSource(Buffer.from(text)));
    server = createServer((request, response) => {
      const answer = answers[(request.url ?? '').replace('/base/', '')];
      if (answer === undefined) response.writeHead(404).end();
      else response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  afterEach(() => {
    opened.length = 0;
    server.closeAllConnections();
    server.close();
    rmSync(root, { recursive: true, force: true });
  });

  function configure(url: string, more = '', name = 'storage'): DvcData {
    write({
      '.dvc/config': `[core]\n    remote = ${name}\n['remote "storage"']\n    url = ${url}\n${more}`,
    });
    return new DvcData(root, context());
  }

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  async function bring(data: DvcData, ref: DvcRef): Promise<readonly string[] | undefined> {
    const files = await data.list(ref, 'remotes');
    if (files === undefined) return undefined;
    const texts: string[] = [];
    for (const [index, each] of files.entries()) {
      expect(await data.find(ref, each)).toBeUndefined();
      const found = await data.fetch(ref, each, join(root, `target-${String(index)}`));
      if (found === undefined) return undefined;
      texts.push(readFileSync(found.at, 'utf8'));
    }
    return texts;
  }

  const places: readonly (readonly [string, () => DvcData])[] = [
    ['http', () => configure(`${origin}/base/`)],
    [
      's3',
      () =>
        configure('s3://bucket/base', '    endpointurl = http://127.0.0.1:9000\n    region = eu-central-1\n'),
    ],
    [
      'a folder',
      () => {
        write(Object.fromEntries(Object.entries(contents).map(([path, text]) => [`storage/${path}`, text])));
        return configure('../storage');
      },
    ],
  ];

  it.each(places)('over %s give a file, and a folder by its list', async (_, open) => {
    const data = open();
    expect(await bring(data, file)).toEqual(['a,b\n']);
    expect((await data.list(folder, 'remotes'))?.map(({ path }) => path)).toEqual(['x/a.txt']);
    rmSync(join(root, 'target-0'), { force: true });
    expect(await bring(data, folder)).toEqual(['a']);
    expect(
      await data.list({ ...folder, sum: { kind: 'md5', hex: md5('another') } }, 'remotes'),
    ).toBeUndefined();
  });

  it('are opened as they are configured, and asked for nothing where nothing may be asked', async () => {
    const data = configure('s3://bucket/base/', '    endpointurl = http://127.0.0.1:9000\n');
    expect(await data.list(folder, 'here')).toBeUndefined();
    expect(opened).toEqual([]);
    await bring(data, file);
    expect(opened).toEqual([
      { kind: 's3', bucket: 'bucket', prefix: 'base', endpoint: 'http://127.0.0.1:9000', region: undefined },
    ]);
  });

  it('that give other bytes give nothing, and leave no file', async () => {
    answers[object(md5('a,b\n'))] = 'evil';
    answers[`${object(md5(list))}.dir`] = list.replace('x/a', 'x/b');
    const data = configure(`${origin}/base`);
    expect(await bring(data, file)).toBeUndefined();
    expect(existsSync(join(root, 'target-0'))).toBe(false);
    expect(await data.list(folder, 'remotes')).toBeUndefined();
  });

  it('with a list that leads out of its folder are refused', async () => {
    const hostile = `[{"md5": "${md5('a')}", "relpath": "../../../etc/cron.d/x"}]`;
    answers[`${object(md5(hostile))}.dir`] = hostile;
    const data = configure(`${origin}/base`);
    await expect(
      data.list({ ...folder, sum: { kind: 'md5', hex: md5(hostile) } }, 'remotes'),
    ).rejects.toMatchObject({
      code: 'ERR_ML_PATH_UNSAFE',
    });
  });

  it('that fail are not taken for empty ones', async () => {
    const data = configure(`${origin}/base`);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(bring(data, file)).rejects.toMatchObject({ code: 'ERR_ML_DOWNLOAD_FAILED' });
  });

  it.each([
    ['gs://bucket/x', '', 'gs:// remotes are read by DVC alone'],
    ['ssh://host/x', '', 'ssh:// remotes are read by DVC alone'],
    ['https://me:secret@example.org', '', 'it needs a user and a password'],
    ['https://example.org', '    auth = basic\n', 'it needs a user and a password'],
    ['s3://bucket/x', '    version_aware = true\n', 'it keeps files by version_aware'],
  ])('at %s %j are left to DVC, with the reason', async (url, more, reason) => {
    const data = configure(url, more);
    expect(await bring(data, file)).toBeUndefined();
    const { text, fix } = data.whereabouts(file);
    expect(text).toContain(reason);
    expect(text).not.toContain('secret');
    expect(fix).toContain('dvc pull d/raw.csv.dvc');
  });

  it('that are named and not there are told; the only one is meant where none is named', async () => {
    expect(configure('x', '', 'gone').whereabouts(file).text).toContain('DVC has no remote "gone"');
    write({ '.dvc/config': `['remote "storage"']\n    url = ${origin}/base\n` });
    expect(await bring(new DvcData(root, context()), file)).toEqual(['a,b\n']);
    rmSync(join(root, 'target-0'));
    const other = { ...file, remote: 'gone' };
    expect(await bring(new DvcData(root, context()), other)).toBeUndefined();
  });

  it.each([
    ['a folder', () => join(root, 'kept')],
    ['http', () => `${origin}/base`],
    ['s3', () => 's3://bucket/x'],
  ])('are told how far a fetch from %s has come, and stop when they are asked to', async (_, url) => {
    write({ [`kept/${object(file.sum.hex)}`]: 'a,b\n' });
    configure(url());
    let came = 0;
    const onBytes = (count: number): void => {
      came += count;
    };
    expect(await bring(new DvcData(root, { ...context(), watch: { onBytes } }), file)).toEqual(['a,b\n']);
    expect(came).toBe(4);
    rmSync(join(root, 'target-0'), { force: true });
    const stopped = new DvcData(root, { ...context(), watch: { signal: AbortSignal.abort() } });
    await expect(bring(stopped, file)).rejects.toMatchObject({ code: 'ERR_ML_CANCELLED' });
    expect(existsSync(join(root, 'target-0'))).toBe(false);
  });

  it('are not asked offline', async () => {
    configure(`${origin}/base`);
    const data = new DvcData(root, { ...context(), offline: true });
    expect(await bring(data, file)).toBeUndefined();
    expect(data.whereabouts(file).text).toContain('NX_ML_OFFLINE is set');
  });

  it('with an address that nobody can read are refused by name', async () => {
    const data = configure('s3://Bad_Bucket/x');
    await expect(bring(data, file)).rejects.toMatchObject({
      code: 'ERR_ML_DVC_INVALID',
      message: expect.stringContaining('The address of the DVC remote "storage"') as string,
    });
  });
});

it('line ends count as DVC 2 counts them, in whatever pieces the bytes come', () => {
  const text = `${'x'.repeat(1_048_575)}\r\ny\r\nz\r\n`;
  const whole = new UnixLines();
  whole.update(Buffer.from(text));
  const pieces = new UnixLines();
  for (let at = 0; at < text.length; at += 65_537) pieces.update(Buffer.from(text.slice(at, at + 65_537)));
  const expected = md5(`${'x'.repeat(1_048_575)}\r\ny\nz\n`);
  expect([whole.digest('hex'), pieces.digest('hex')]).toEqual([expected, expected]);
});

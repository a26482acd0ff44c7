import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { decodePointer } from '@nx-ml/core/documents';
import { digestOf, hexOf } from '@nx-ml/core/kernel';
import { parseMlYaml } from '@nx-ml/core/manifest';

import { emptyTree, filesOf } from '../testing/tree.js';
import { pinDownload } from './download.js';
import { generateDataset } from './generator.js';
import { gitLimit, globOf } from './given-files.js';
import { sampleCsv } from './sample-data.js';

const mails = (more: { from?: string; store?: boolean; directory?: string } = {}) => ({
  name: 'mails',
  store: false,
  ...more,
});

function configOf(tree: ReturnType<typeof emptyTree>) {
  const parsed = parseMlYaml(tree.read('datasets/mails/ml.yaml', 'utf8') ?? '', 'ml.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

describe('the dataset generator', () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-given-')));
    mkdirSync(join(folder, 'deep/deeper'), { recursive: true });
    writeFileSync(join(folder, 'mails.csv'), 'id,label\n1,spam\n');
    writeFileSync(join(folder, 'deep/deeper/ham.txt'), 'ham');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes up a sample without --from: the same bytes everywhere', async () => {
    const tree = emptyTree();
    await generateDataset(tree, mails());
    expect(configOf(tree)).toMatchObject({ kind: 'dataset', files: ['sample.csv'] });
    expect(tree.read('datasets/mails/README.md', 'utf8')).toContain('Replace it');
    expect(hexOf(digestOf(sampleCsv()))).toBe(
      'fa01232aefec42853796a5f79d735e4f337bf4793a154a599dd684e3aa7d170f',
    );
    const labels = sampleCsv()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').at(-1));
    expect(labels.filter((label) => label === 'yes').length).toBeGreaterThan(200);
    expect(labels.filter((label) => label === 'no').length).toBeGreaterThan(200);
  });

  it('copies a small file, whatever its name', async () => {
    const tree = emptyTree();
    writeFileSync(join(folder, 'mails [new].csv'), 'x\n');
    await generateDataset(tree, mails({ from: join(folder, 'mails [new].csv') }));
    expect(tree.read('datasets/mails/mails [new].csv', 'utf8')).toBe('x\n');
    expect(configOf(tree)).toMatchObject({ files: ['mails ?new?.csv'] });
    expect(globOf('plain.csv')).toBe('plain.csv');
  });

  it('copies a small folder', async () => {
    const tree = emptyTree();
    await generateDataset(tree, mails({ from: folder }));
    expect(Object.keys(filesOf(tree, 'datasets/mails')).sort()).toEqual([
      'datasets/mails/README.md',
      'datasets/mails/data/deep/deeper/ham.txt',
      'datasets/mails/data/mails.csv',
      'datasets/mails/ml.yaml',
    ]);
    expect(configOf(tree)).toMatchObject({ files: ['data/**/*'] });
  });

  it('points to what is large, and stores nothing before the files are written', async () => {
    const store = join(folder, 'store');
    const before = process.env['NX_ML_STORE'];
    process.env['NX_ML_STORE'] = store;
    try {
      writeFileSync(join(folder, 'large.csv'), 'x'.repeat(gitLimit + 1));
      const tree = emptyTree();
      const callback = await generateDataset(tree, mails({ from: join(folder, 'large.csv') }));
      expect(configOf(tree)).toMatchObject({ pointer: 'large.csv.ref.json' });
      expect(tree.read('datasets/mails/.gitignore', 'utf8')).toBe('/large.csv\n');
      const pointer = tree.read('datasets/mails/large.csv.ref.json', 'utf8') ?? '';
      expect(decodePointer(pointer, 'pointer')).toEqual({
        kind: 'file',
        digest: digestOf('x'.repeat(gitLimit + 1)),
        size: gitLimit + 1,
        files: 1,
      });
      expect(callback).toBeDefined();
      expect(readdirSync(folder)).not.toContain('store');
    } finally {
      if (before === undefined) delete process.env['NX_ML_STORE'];
      else process.env['NX_ML_STORE'] = before;
    }
  });

  it('changes nothing when it runs again, and refuses other data under the same name', async () => {
    const tree = emptyTree();
    await generateDataset(tree, mails({ from: join(folder, 'mails.csv') }));
    const before = filesOf(tree);
    await generateDataset(tree, mails({ from: join(folder, 'mails.csv') }));
    expect(filesOf(tree)).toEqual(before);
    await expect(generateDataset(tree, mails())).rejects.toMatchObject({ code: 'ERR_ML_PROJECT_EXISTS' });
  });

  it('stores a second time nothing, and never over data that lies there', async () => {
    const tree = emptyTree();
    const from = join(folder, 'mails.csv');
    expect(await generateDataset(tree, mails({ from, store: true }))).toBeDefined();
    expect(await generateDataset(tree, mails({ from, store: true }))).toBeUndefined();
    const other = emptyTree();
    other.write('datasets/mails/mails.csv', 'mine\n');
    await expect(generateDataset(other, mails({ from, store: true }))).rejects.toMatchObject({
      code: 'ERR_ML_PROJECT_EXISTS',
    });
    await expect(generateDataset(other, mails({ from }))).rejects.toMatchObject({
      code: 'ERR_ML_PROJECT_EXISTS',
      detail: ['mails.csv'],
    });
  });

  it('refuses the folder that the dataset itself would lie in', async () => {
    const tree = emptyTree();
    const inside = relative(tree.root, join(folder, 'deep/mails'));
    await expect(generateDataset(tree, mails({ from: folder, directory: inside }))).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining('itself') as string,
    });
  });

  it('refuses what is not there, what is empty, and links', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const from of ['nothing.csv', 'empty'].map((name) => join(folder, name)))
      await expect(generateDataset(emptyTree(), mails({ from }))).rejects.toMatchObject({
        code: 'ERR_ML_DATA_MISSING',
      });
    symlinkSync('/etc/hostname', join(folder, 'deep/link'));
    await expect(generateDataset(emptyTree(), mails({ from: folder }))).rejects.toMatchObject({
      code: 'ERR_ML_PATH_UNSAFE',
    });
  });
});

describe('a dataset from a URL', () => {
  let server: Server;
  let origin: string;

  const answers: Readonly<Record<string, RequestListener>> = {
    '/penguins.csv': (_, response) => response.end('bird,mass\n'),
    '/moved': (_, response) => response.writeHead(302, { location: '/penguins.csv' }).end(),
    '/circle': (_, response) => response.writeHead(302, { location: '/circle' }).end(),
    '/away': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/cut': (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.destroy();
    },
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('pins the digest of what it gives, and writes a script that accepts nothing else', async () => {
    const tree = emptyTree();
    await generateDataset(tree, mails({ from: `${origin}/penguins.csv` }));
    expect(configOf(tree)).toMatchObject({
      params: {
        url: `${origin}/penguins.csv`,
        sha256: hexOf(digestOf('bird,mass\n')),
        file: 'penguins.csv',
      },
      prepare: { command: 'node prepare.mjs' },
    });
    expect(tree.exists('datasets/mails/prepare.mjs')).toBe(true);
  });

  it('follows redirects to http, a few', async () => {
    expect(await pinDownload(`${origin}/moved`)).toMatchObject({ size: 10, file: 'moved' });
    for (const [path, why] of [
      ['/circle', 'redirects too often'],
      ['/away', 'redirects to a file: address'],
      ['/none', 'answers 404'],
      ['/cut', 'cannot be reached'],
    ] as const)
      await expect(pinDownload(origin + path)).rejects.toMatchObject({
        code: 'ERR_ML_DOWNLOAD_FAILED',
        message: expect.stringContaining(why) as string,
      });
  });

  it('refuses more bytes than its limit', async () => {
    const limits = { size: 9, redirects: 0, time: 10_000 };
    await expect(pinDownload(`${origin}/penguins.csv`, limits)).rejects.toMatchObject({
      message: expect.stringContaining('more than 9 bytes') as string,
    });
  });

  it.each(['ftp://example.org/x.csv', 'file:///etc/passwd', 'http://', 'https://me:secret@example.org/x'])(
    'refuses %s',
    async (from) => {
      await expect(generateDataset(emptyTree(), mails({ from }))).rejects.toMatchObject({
        code: 'ERR_ML_USAGE',
        message: expect.not.stringContaining('secret') as string,
      });
    },
  );
});

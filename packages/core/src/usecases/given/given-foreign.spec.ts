import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { digestOf, hexOf } from '../../kernel/index.js';
import { folderObjectText } from '../../interop/dvc/index.js';
import { encodeTree } from '../../store/index.js';
import { Forecaster } from '../plan/forecast-steps.js';
import { planWorkspace } from '../plan/plan-workspace.js';
import { exited } from '../testing/fake-machine.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces, run, task } from '../testing/small-workspace.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const both = [task('raw', 'data'), task('m', 'train', ['raw:data'])];
const model = 'kind: model\ndata: [raw]\ntrain: { command: node train.mjs }\n';
const out = (sum: string, name: string, more = '  hash: md5\n') =>
  `outs:\n- md5: ${sum}\n  size: 4\n${more}  path: ${name}\n`;
const fileTree = (name: string, text: string) =>
  digestOf(encodeTree([{ path: name, digest: digestOf(text), size: text.length }]));

function cached(...texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [objectName(md5(text)), text]));
}

function objectName(sum: string): string {
  return `files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`;
}

const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const dataset = (source: string) => ({
  'datasets/raw/ml.yaml': `kind: dataset\n${source}\n`,
  'models/m/ml.yaml': model,
  'models/m/train.mjs': '// trains\n',
});

const csv = { ...dataset('pointer: raw.csv.dvc'), 'datasets/raw/raw.csv.dvc': out(md5('a,b\n'), 'raw.csv') };
const config = (url: string) => `[core]\n    remote = storage\n['remote "storage"']\n    url = ${url}\n`;

const list = folderObjectText([
  { path: 'a.txt', md5: md5('1\n') },
  { path: 'b/ü.txt', md5: md5('2\n') },
]);
const listSum = `${md5(list)}.dir`;
const images = { ...dataset('pointer: images.dvc'), 'datasets/raw/images.dvc': out(listSum, 'images') };
const imagesTree = digestOf(
  encodeTree([
    { path: 'a.txt', digest: digestOf('1\n'), size: 2 },
    { path: 'b/ü.txt', digest: digestOf('2\n'), size: 2 },
  ]),
);

async function dataOf(machine: FakeMachine): Promise<string | undefined> {
  const { 'raw:data': data } = await run(machine, both);
  if (data?.state === 'failed') throw data.error;
  return data?.state === 'restored' ? data.manifest.runs[0]?.outputs['data']?.digest : data?.state;
}

const failed = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

const plannedOf = async (machine: FakeMachine) =>
  planWorkspace(['raw', 'm'], { ...machine.deps, forecaster: new Forecaster(machine.deps) });

afterEach(removeWorkspaces);

describe('a dataset behind a .dvc file', () => {
  it.each([
    ['in the workspace', { 'datasets/raw/raw.csv': 'a,b\n' }],
    ['in the cache', below('.dvc/cache', cached('a,b\n'))],
    ['in a remote', { '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) }],
    [
      'in a cache that config.local moves',
      { '.dvc/config.local': '[cache]\n    dir = ../shared\n', ...below('shared', cached('a,b\n')) },
    ],
  ])('is the sha256 of its file, with its bytes %s', async (_, files) => {
    const machine = newWorkspace();
    machine.write({ '.dvc/config': '', ...csv, ...files });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a,b\n'));
    expect(machine.engine.take()).toEqual(['m:train:1']);
    expect(existsSync(join(machine.deps.root, 'datasets/raw/raw.csv'))).toBe(_ === 'in the workspace');
  });

  it.each([
    ['in the workspace', { 'datasets/raw/images/a.txt': '1\n', 'datasets/raw/images/b/ü.txt': '2\n' }],
    [
      'in the cache',
      below('.dvc/cache', { ...cached('1\n', '2\n'), [`${objectName(md5(list))}.dir`]: list }),
    ],
    [
      'in a remote',
      {
        '.dvc/config': config('../storage'),
        ...below('storage', { ...cached('1\n', '2\n'), [`${objectName(md5(list))}.dir`]: list }),
      },
    ],
    [
      'in part here and there',
      {
        '.dvc/config': config('../storage'),
        'datasets/raw/images/a.txt': '1\n',
        'datasets/raw/images/b/ü.txt': '2\n',
        ...below('storage', { [`${objectName(md5(list))}.dir`]: list }),
      },
    ],
  ])('of a folder is its tree, with its bytes %s', async (_, files) => {
    const machine = newWorkspace();
    machine.write({ '.dvc/config': '', ...images, ...files });
    expect(await dataOf(machine)).toBe(imagesTree);
  });

  it('of DVC 2 has its bytes in the older layout, with whatever line ends', async () => {
    const machine = newWorkspace();
    const sum = md5('a\nb\n');
    machine.write({
      ...dataset('pointer: raw.csv.dvc'),
      'datasets/raw/raw.csv.dvc': out(sum, 'raw.csv', ''),
      '.dvc/config': config('../storage'),
      [`storage/${sum.slice(0, 2)}/${sum.slice(2)}`]: 'a\r\nb\r\n',
    });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a\r\nb\r\n'));
  });

  it('cannot be planned before anybody saw its bytes, and says how to bring them', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage') });
    const before = await plannedOf(machine);
    expect(before.map(({ state }) => state)).toEqual(['run', 'waits']);
    expect(before[0]?.unseen?.message).toContain('datasets/raw/raw.csv (md5 ');
    expect(before[0]?.unseen?.fix).toContain('dvc pull datasets/raw/raw.csv.dvc');
    expect(readdirSync(join(machine.deps.root, 'datasets/raw'))).toEqual(['ml.yaml', 'raw.csv.dvc']);
    machine.write(below('storage', cached('a,b\n')));
    await dataOf(machine);
    const after = await plannedOf(machine);
    expect(after.map(({ state, unseen }) => [state, unseen])).toEqual([
      ['current', undefined],
      ['current', undefined],
    ]);
  });

  it('is brought for a model whose own data step Nx has spared', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) });
    const { 'm:train': train } = await run(machine, [task('m', 'train')]);
    expect(train?.state).toBe('executed');
  });

  it('is remembered: neither its bytes nor its remote are needed again', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) });
    await dataOf(machine);
    rmSync(join(machine.deps.root, 'storage'), { recursive: true });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a,b\n'));
    expect(machine.engine.take()).toEqual(['m:train:1']);
  });

  it('that comes to name other bytes trains again', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', 'datasets/raw/raw.csv': 'a,b\n' });
    await dataOf(machine);
    machine.write({
      'datasets/raw/raw.csv.dvc': out(md5('c,d\n'), 'raw.csv'),
      'datasets/raw/raw.csv': 'c,d\n',
    });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'c,d\n'));
    expect(machine.engine.take()).toEqual(['m:train:1', 'm:train:1']);
  });

  it('with an edit in the workspace is drift, also where the cache has what it names', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', ...below('.dvc/cache', cached('a,b\n')) });
    machine.write({ 'datasets/raw/raw.csv': 'edit' });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_DATA_DRIFT', 'raw.csv differs from .*raw.csv.dvc'),
    );
    expect(machine.engine.take()).toEqual([]);
  });

  it('is never taken from a cache or remote that holds other bytes under its name', async () => {
    const machine = newWorkspace();
    const forged = { [objectName(md5('a,b\n'))]: 'evil' };
    machine.write({
      ...csv,
      '.dvc/config': config('../storage'),
      ...below('.dvc/cache', forged),
      ...below('storage', forged),
    });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DATA_MISSING', 'neither in the workspace'));
  });

  it('whose memory says another sha256 is refused, whatever its md5 says', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', 'datasets/raw/raw.csv': 'a,b\n' });
    await dataOf(machine);
    const { foreign } = machine.deps;
    const ref = {
      tool: 'dvc',
      file: 'x.dvc',
      path: 'd/raw.csv',
      sum: { kind: 'md5', hex: md5('a,b\n') },
      isFolder: false,
    } as const;
    const other = { kind: 'tree', digest: digestOf('a collision'), size: 4, files: 1 } as const;
    await expect(foreign.remember(ref, other)).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'other bytes than when it was first seen'),
    );
    expect((await foreign.recall(ref))?.digest).toBe(fileTree('raw.csv', 'a,b\n'));
  });

  it.each([
    ['gs://bucket/x', 'gs:// remotes are read by DVC alone'],
    ['s3://bucket/x', 's3:// remotes cannot be read here'],
  ])('with its bytes in %s names dvc pull', async (url, reason) => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config(url) });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DATA_MISSING', reason));
  });

  it.each(['raw.csv.dvc', 'raw.csv.ref.json'])(
    'whose pointer %s is the data itself is refused',
    async (name) => {
      const machine = newWorkspace();
      machine.write({ ...dataset(`pointer: ${name}`), [`datasets/raw/${name}`]: '' });
      truncateSync(join(machine.deps.root, 'datasets/raw', name), 20_000_000); // Sparse: it takes no room on disk.
      await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_POINTER_INVALID', 'has 20000000 bytes'));
    },
  );

  it('that keeps several files, or leaves the workspace, is refused', async () => {
    const machine = newWorkspace();
    const two = `${out(md5('1'), 'a')}- md5: ${md5('2')}\n  hash: md5\n  path: b\n`;
    machine.write({ ...csv, 'datasets/raw/raw.csv.dvc': two });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DVC_INVALID', 'keeps 2 files or folders'));
    machine.write({ 'datasets/raw/raw.csv.dvc': out(md5('1'), '../../../etc/passwd') });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_PATH_UNSAFE', 'leaves the workspace'));
  });
});

describe('a dataset of Git LFS', () => {
  const bytes = 'id,label\n'.repeat(50);
  const hex = hexOf(digestOf(bytes));
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${hex}\nsize ${String(bytes.length)}\n`;
  const object = { [`.git/lfs/objects/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`]: bytes };

  it('is the same, pulled into the workspace or not', async () => {
    const pulled = newWorkspace();
    pulled.write({ ...dataset('files: [big.csv]'), 'datasets/raw/big.csv': bytes });
    const clone = newWorkspace();
    clone.write({ ...dataset('files: [big.csv]'), 'datasets/raw/big.csv': pointer, ...object });
    clone.engine.script = (document) => {
      expect(readFileSync(join(document.inputs['raw'] ?? '', 'big.csv'), 'utf8')).toBe(bytes);
      return exited(1);
    };
    expect(await dataOf(clone)).toBe(fileTree('big.csv', bytes));
    expect(await dataOf(pulled)).toBe(fileTree('big.csv', bytes));
    expect(clone.engine.take()).toEqual(['m:train:1']);
  });

  it('without its bytes is refused with the mend, and planned all the same', async () => {
    const machine = newWorkspace();
    machine.write({ ...dataset('files: [big.csv]'), 'datasets/raw/big.csv': pointer });
    expect((await plannedOf(machine)).map(({ state }) => state)).toEqual(['current', 'run']);
    const failure = dataOf(machine);
    await expect(failure).rejects.toEqual(failed('ERR_ML_DATA_MISSING', 'only a Git LFS pointer here'));
    await expect(failure).rejects.toMatchObject({ fix: 'git lfs pull --include="datasets/raw/big.csv"' });
  });

  it('whose object is damaged is refused', async () => {
    const machine = newWorkspace();
    const [path = ''] = Object.keys(object);
    machine.write({
      ...dataset('files: [big.csv]'),
      'datasets/raw/big.csv': pointer,
      [path]: bytes.replace('id', 'ID'),
    });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'what git-lfs has for it is damaged'),
    );
  });

  it('is never read as text by a command', async () => {
    const machine = newWorkspace();
    machine.write({
      ...dataset('prepare: { command: node prepare.mjs, code: [big.csv] }'),
      'datasets/raw/prepare.mjs': '// reads big.csv\n',
      'datasets/raw/big.csv': pointer,
      ...object,
    });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_DATA_MISSING', 'would read its text as data'),
    );
    expect(machine.engine.take()).toEqual([]);
  });
});

describe('a dataset of the Hugging Face cache', () => {
  const commit = 'c'.repeat(40);
  const large = 'parquet'.repeat(20);
  const small = '# card\n';
  const blobSha1 = createHash('sha1')
    .update(`blob ${String(small.length)}\0${small}`)
    .digest('hex');
  const before = process.env['HF_HUB_CACHE'];
  const caches: string[] = [];

  afterEach(() => {
    for (const cache of caches.splice(0)) rmSync(cache, { recursive: true, force: true });
    if (before === undefined) delete process.env['HF_HUB_CACHE'];
    else process.env['HF_HUB_CACHE'] = before;
  });

  function hub(source: string, { blob = large, link = '' } = {}): FakeMachine {
    const cache = mkdtempSync(join(tmpdir(), 'nx-ml-hub-'));
    caches.push(cache);
    process.env['HF_HUB_CACHE'] = cache;
    const folder = join(cache, 'datasets--org--name');
    const names = { [hexOf(digestOf(large))]: blob, [blobSha1]: small };
    for (const [name, text] of Object.entries(names)) put(join(folder, 'blobs', name), text);
    put(join(folder, 'refs/main'), commit);
    mkdirSync(join(folder, 'snapshots', commit, 'data'), { recursive: true });
    symlinkSync(
      `../../../blobs/${hexOf(digestOf(large))}`,
      join(folder, 'snapshots', commit, 'data/train.parquet'),
    );
    symlinkSync(`../../blobs/${blobSha1}`, join(folder, 'snapshots', commit, 'README.md'));
    if (link !== '') symlinkSync(link, join(folder, 'snapshots', commit, 'data/more.parquet'));
    const machine = newWorkspace();
    machine.write(dataset(source));
    return machine;
  }

  function put(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o444);
  }

  it('is the tree of its snapshot, or of the files that are named', async () => {
    const whole = digestOf(
      encodeTree([
        { path: 'README.md', digest: digestOf(small), size: small.length },
        { path: 'data/train.parquet', digest: digestOf(large), size: large.length },
      ]),
    );
    expect(await dataOf(hub(`hf: org/name@${commit}`))).toBe(whole);
    const named = `hf: { name: org/name@${commit}, files: ["data/*.parquet"] }`;
    expect(await dataOf(hub(named))).toBe(
      digestOf(encodeTree([{ path: 'data/train.parquet', digest: digestOf(large), size: large.length }])),
    );
  });

  it('by a branch is refused, with the commit that it was', async () => {
    const failure = dataOf(hub('hf: org/name@main'));
    await expect(failure).rejects.toEqual(failed('ERR_ML_CONFIG_INVALID', 'only a commit pins'));
    await expect(failure).rejects.toMatchObject({
      fix: expect.stringContaining(`hf: org/name@${commit}`) as string,
    });
  });

  it('that was not downloaded names the command that does', async () => {
    const failure = dataOf(hub(`hf: org/other@${commit}`));
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_ML_DATA_MISSING',
      fix: `Download it: hf download org/other --repo-type dataset --revision ${commit}`,
    });
  });

  it('with a damaged blob is refused', async () => {
    await expect(dataOf(hub(`hf: org/name@${commit}`, { blob: large.replace('p', 'P') }))).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'is not what the name of its blob says'),
    );
  });

  it.each(['/etc/passwd', '../../../../models--org--name/blobs/x', '../../../refs/main', 'nowhere'])(
    'with a link to %s is refused',
    async (link) => {
      await expect(dataOf(hub(`hf: org/name@${commit}`, { link }))).rejects.toMatchObject({
        code: 'ERR_ML_PATH_UNSAFE',
      });
    },
  );
});

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';

import { CliScene, failed } from './testing/cli-scene.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('nx-ml data with .dvc files', () => {
  let scene: CliScene;

  const run = (words: string) => scene.told('ws', 'data', ...words.split(' '));
  const answer = async (words: string): Promise<unknown> => JSON.parse(await run(`${words} --json`));
  /** Bytes as a DVC remote has them. */
  const keep = (text: string, end = ''): string => {
    const sum = md5(text);
    scene.write({ [`remote/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}${end}`]: text });
    return sum;
  };
  const pics = (files: Readonly<Record<string, string>>): string => {
    const list = Object.keys(files).map(
      (path) => `{"md5": "${keep(files[path] ?? '')}", "relpath": "${path}"}`,
    );
    const size = Object.values(files).join('').length;
    const sum = keep(`[${list.join(', ')}]`, '.dir');
    return `outs:\n- md5: ${sum}.dir\n  size: ${String(size)}\n  nfiles: ${String(list.length)}\n  hash: md5\n  path: pics\n`;
  };

  beforeEach(() => {
    scene = new CliScene();
    scene.write({
      'ws/nx.json': '{}',
      'ws/.gitignore': '.nx-ml\n/d/pics\n/d/raw.csv\n',
      'ws/.dvc/config': '[core]\n    remote = r\n[\'remote "r"\']\n    url = ../../remote\n',
      'ws/d/raw.csv.dvc': `outs:\n- md5: ${keep('id\n1\n')}\n  size: 5\n  hash: md5\n  path: raw.csv\n`,
      'ws/d/pics.dvc': pics({ 'cats/1': 'one', 'cats/2': 'two', 'dogs/1': 'three' }),
    });
    scene.git('ws', 'init', '--quiet', '--initial-branch=main');
    scene.git('ws', 'add', '--all');
    scene.git('ws', 'commit', '--quiet', '-m', 'First');
  });
  afterEach(() => {
    scene.remove();
  });

  it('brings a fresh clone what it lacks, from DVC’s remote', async () => {
    expect(await run('status')).toBe(
      [
        '2 pointers: 2 not here.',
        '',
        'Not here',
        '  d/pics     11 B in 3 files  not in the store either',
        '  d/raw.csv  5 B              not in the store either',
        '',
        'Bring the rest from the remote:  nx-ml data pull d/pics d/raw.csv',
        '',
      ].join('\n'),
    );
    const told =
      "d/pics     3 files to place\nd/raw.csv  1 file to place\nwould fetch 4 files from DVC's remote\n";
    expect(await run('pull --dry-run')).toBe(told);
    expect(fs.existsSync(scene.at('ws/d/pics'))).toBe(false);
    expect(await answer('pull')).toMatchObject({
      objects: 0,
      fetched: { files: 4, bytes: 16 },
      dryRun: false,
    });
    expect([scene.read('ws/d/raw.csv'), scene.read('ws/d/pics/cats/2')]).toEqual(['id\n1\n', 'two']);
    expect(await run('status')).toBe('All data is as its 2 pointers say: 16 B in 4 files.\n');
    expect(await run('pull')).toBe('all data is what its pointers say\n');
    expect(fs.readdirSync(scene.at('ws/.nx-ml/runs'))).toEqual([]);
  });

  it('brings one folder of it alone, and the rest later', async () => {
    expect(await run('pull d/pics/cats')).toBe(
      "d/pics/cats  2 files placed\nfetched 2 files, 6 B, from DVC's remote\n",
    );
    expect(fs.readdirSync(scene.at('ws/d/pics'))).toEqual(['cats']);
    expect(await run('status d/pics')).toContain(
      'Partly here\n  d/pics  6 B in 2 files of 11 B in 3 files  the others are not in the store either\n',
    );
    expect(await run('pull d/pics')).toContain('fetched 1 file, 5 B');
    expect(scene.read('ws/d/pics/dogs/1')).toBe('three');
  });

  it('goes with the commit that is checked out, and keeps edits that nobody else has', async () => {
    await run('pull');
    scene.write({ 'ws/d/pics.dvc': pics({ 'cats/1': 'ONE', 'cats/2': 'two', 'fish/1': 'four' }) });
    await run('pull');
    expect(await run('diff')).toContain('d/pics  1 file added, 1 removed, 1 changed  ');
    expect(fs.readdirSync(scene.at('ws/d/pics'))).toEqual(['cats', 'fish']);
    scene.git('ws', 'checkout', '--quiet', '--', 'd/pics.dvc');
    const changed = await run('status');
    expect(changed).toContain('  d/pics  1 file added, 1 removed, 1 changed  ');
    expect(changed).toContain(
      'Accept what changed:  nx-ml data add --dvc d/pics\nGo back:              nx-ml data checkout d/pics',
    );
    expect(await run('checkout')).toBe('d/pics  2 files placed, 1 file removed\n');
    expect(scene.read('ws/d/pics/cats/1')).toBe('one');

    scene.write({ 'ws/d/raw.csv': 'id\n1\n2\n' });
    expect(await run('status d/raw.csv')).toContain('+1 −0 rows');
    await expect(run('checkout')).rejects.toEqual(failed('ERR_ML_DATA_DRIFT'));
    await run('checkout --force');
    expect(scene.read('ws/d/raw.csv')).toBe('id\n1\n');
  });

  it('gives up for good only what DVC’s cache has not', async () => {
    await run('pull');
    scene.write({ 'ws/d/raw.csv': 'mine\n' });
    const sum = md5('mine\n');
    scene.write({ [`ws/.dvc/cache/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`]: 'mine\n' });
    expect(await run('checkout --dry-run')).toBe('d/raw.csv  1 file to place\n');
    await run('checkout');
    expect(scene.read('ws/d/raw.csv')).toBe('id\n1\n');
  });

  it('checks out from DVC’s cache, and asks no remote for that', async () => {
    await expect(run('checkout')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_MISSING',
      fix: expect.stringContaining('nx-ml data pull d/pics') as string,
    });
    fs.cpSync(scene.at('remote'), scene.at('ws/.dvc/cache'), { recursive: true });
    expect(await run('status')).toContain('Bring what the store has:  nx-ml data checkout d/pics d/raw.csv');
    await run('checkout');
    expect(scene.read('ws/d/pics/dogs/1')).toBe('three');
  });

  it('does not copy what is here already', async () => {
    scene.write({ 'ws/d/raw.csv': 'id\n1\n' });
    expect(await run('pull d/raw.csv')).toBe('all data is what its pointers say\n');
    expect(fs.readdirSync(scene.at('store/objects/sha256'))).toEqual([]);
  });

  it('is added to DVC again, and gets no second pointer', async () => {
    scene.write({ 'ws/d/raw.csv': 'id\n1\n2\n' });
    expect(await run('add d/raw.csv')).toBe(`d/raw.csv.dvc  7 B  md5 ${md5('id\n1\n2\n').slice(0, 12)}\n`);
    expect(fs.existsSync(scene.at('ws/d/raw.csv.ref.json'))).toBe(false);
    expect(await run('status d/raw.csv')).toBe('All data is as its pointer says: 7 B in 1 file.\n');
  });

  it('is not pushed, and that is said', async () => {
    await expect(run('push')).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      fix: 'Send it with DVC: dvc push d/pics.dvc d/raw.csv.dvc',
    });
    fs.mkdirSync(scene.at('own'));
    process.env['NX_ML_REMOTE'] = scene.at('own');
    scene.write({ 'ws/d/own.csv': 'x\n' });
    await run('add d/own.csv');
    expect(await run('push')).toContain('2 .dvc files left to DVC: dvc push d/pics.dvc d/raw.csv.dvc\n');
  });

  it('logs what commits made of it', async () => {
    scene.write({
      'ws/d/raw.csv.dvc': scene
        .read('ws/d/raw.csv.dvc')
        .replace('size: 5', 'size: 7')
        .replace(/md5: \w+/, `md5: ${md5('x')}`),
    });
    scene.git('ws', 'commit', '--quiet', '-am', 'Second');
    expect(await run('log d/raw.csv')).toMatch(
      /Second .*\n {2}d\/raw.csv {2}5 B → 7 B\n\n.*First .*\n {2}d\/raw.csv {2}new, 5 B\n/,
    );
  });

  it('needs dvc pull where its remote is not read here', async () => {
    scene.write({ 'ws/.dvc/config': '[core]\n    remote = r\n[\'remote "r"\']\n    url = gs://bucket\n' });
    await expect(run('pull d/raw.csv')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_MISSING',
      message: expect.stringContaining('gs:// remotes are read by DVC alone') as string,
      fix: expect.stringContaining('dvc pull d/raw.csv.dvc') as string,
    });
  });
});

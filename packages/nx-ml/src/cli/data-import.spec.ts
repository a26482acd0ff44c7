import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from './run-cli.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Breaks off after seven bytes, is down then for one request, and gives the rest to whoever asks for it. */
let isDown = true;
function serveCut(answer: string, { headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('etag', '"v1"');
  if (headers.range === undefined) {
    response.setHeader('content-length', answer.length);
    response.write(answer.slice(0, 7), () => setTimeout(() => response.destroy(), 20));
    return;
  }
  if (isDown) {
    isDown = false;
    response.writeHead(503).end();
    return;
  }
  const [, from = ''] = /^bytes=(\d+)-$/.exec(headers.range) ?? [];
  const range = `bytes ${from}-${String(answer.length - 1)}/${String(answer.length)}`;
  response.writeHead(206, { 'content-range': range }).end(answer.slice(Number(from)));
}

describe('nx-ml data import', () => {
  let folder: string;
  let root: string;
  let server: Server;
  let origin: string;
  let answers: Record<string, string>;
  const before = process.env['NX_ML_STORE'];

  const write = (at: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), text);
    }
  };
  const git = (at: string, ...args: readonly string[]) => {
    const who = ['-c', 'user.name=A. Spec', '-c', 'user.email=spec@localhost'];
    return execFileSync('git', [...who, ...args], {
      cwd: at,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  };
  const commit = (at: string) => {
    git(at, 'add', '--all');
    git(at, 'commit', '--quiet', '-m', 'Data');
    return git(at, 'rev-parse', 'HEAD').trim();
  };
  const run = async (args: readonly string[], cwd = root) => {
    let text = '';
    const code = await runCli(['data', ...args], { cwd, write: (part) => (text += part) });
    expect(code).toBe(0);
    return text;
  };
  const importing = (...args: readonly string[]) => run(['import', ...args]);
  const text = (path: string) => readFileSync(join(root, path), 'utf8');
  const pointer = (path: string) => JSON.parse(text(path)) as Record<string, unknown>;
  const leftovers = () =>
    existsSync(join(root, '.nx-ml/runs')) ? readdirSync(join(root, '.nx-ml/runs')) : [];

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-import-')));
    root = join(folder, 'workspace');
    process.env['NX_ML_STORE'] = join(folder, 'store');
    write(root, { 'nx.json': '{}', '.gitignore': '.nx-ml\n' });
    answers = { '/mails.csv': 'id,x\n1,a\n' };
    server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      if (request.url === '/moved') response.writeHead(302, { location: '/mails.csv' }).end();
      else if (request.url === '/away') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else if (answer === undefined) response.writeHead(404).end();
      else if (request.url === '/cut') serveCut(answer, request, response);
      else response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    if (before === undefined) delete process.env['NX_ML_STORE'];
    else process.env['NX_ML_STORE'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  describe('from an address', () => {
    it('makes a dataset: pointer with digest and source, data, ml.yaml and .gitignore', async () => {
      const told = await importing(`${origin}/mails.csv`, '--to', 'datasets/mails');
      expect(told).toContain('datasets/mails/mails.csv.ref.json');
      expect(told).toContain(`from ${origin}/mails.csv`);
      expect(pointer('datasets/mails/mails.csv.ref.json')).toEqual({
        digest: `sha256:${sha256('id,x\n1,a\n')}`,
        files: 1,
        formatVersion: 2,
        kind: 'file',
        size: 9,
        source: { url: `${origin}/mails.csv` },
      });
      expect(text('datasets/mails/mails.csv')).toBe('id,x\n1,a\n');
      expect(text('datasets/mails/ml.yaml')).toBe('kind: dataset\npointer: "mails.csv.ref.json"\n');
      expect(text('datasets/mails/.gitignore')).toBe('/mails.csv\n');
      expect(leftovers()).toEqual([]);
      expect(await importing(`${origin}/mails.csv`, '--to', 'datasets/mails')).toContain('unchanged');
      expect(text('datasets/mails/.gitignore')).toBe('/mails.csv\n');
    });

    it('keeps the source for as long as it is that data', async () => {
      await importing(`${origin}/mails.csv`, '--to', 'd');
      await run(['add', 'd/mails.csv']);
      expect(pointer('d/mails.csv.ref.json')).toMatchObject({ source: { url: `${origin}/mails.csv` } });
      write(root, { 'd/mails.csv': 'edited' });
      await run(['add', 'd/mails.csv']);
      expect(pointer('d/mails.csv.ref.json')).not.toHaveProperty('source');
    });

    it('follows redirects, takes another name, and keeps an ml.yaml that is there', async () => {
      write(root, { 'd/ml.yaml': 'kind: dataset\npointer: m.csv.ref.json\n' });
      await importing(
        `${origin}/moved`,
        '--to',
        'd',
        '--name',
        'm.csv',
        '--sha256',
        sha256(answers['/mails.csv'] ?? ''),
      );
      expect(text('d/m.csv')).toBe('id,x\n1,a\n');
      expect(text('d/ml.yaml')).toBe('kind: dataset\npointer: m.csv.ref.json\n');
    });

    it('refuses other bytes than asked for, and leaves nothing', async () => {
      await expect(
        importing(`${origin}/mails.csv`, '--to', 'd', '--sha256', sha256('other')),
      ).rejects.toMatchObject({
        code: 'ERR_ML_DOWNLOAD_FAILED',
        message: expect.stringContaining(`sha256 ${sha256('id,x\n1,a\n')}, and not`) as string,
      });
      expect(existsSync(join(root, 'd'))).toBe(false);
      expect(leftovers()).toEqual([]);
    });

    it.each([
      ['/none', 'answers 404'],
      ['/away', 'redirects to a file: address'],
    ])('refuses %s', async (path, message) => {
      await expect(importing(origin + path, '--to', 'd')).rejects.toMatchObject({
        code: 'ERR_ML_DOWNLOAD_FAILED',
        message: expect.stringContaining(message) as string,
      });
    });

    it('goes on where a download broke off, and leaves nothing of it', async () => {
      answers['/cut'] = 'id,x\n'.repeat(1000);
      await expect(importing(`${origin}/cut`, '--to', 'd')).rejects.toMatchObject({
        code: 'ERR_ML_DOWNLOAD_FAILED',
        fix: expect.stringContaining('the 7 bytes that came are kept') as string,
      });
      expect(existsSync(join(root, 'd'))).toBe(false);
      await importing(`${origin}/cut`, '--to', 'd');
      expect(text('d/cut')).toBe(answers['/cut']);
      expect(readdirSync(join(root, '.nx-ml/downloads'))).toEqual([]);
    });

    it('refuses more than --max-size', async () => {
      await expect(importing(`${origin}/mails.csv`, '--to', 'd', '--max-size', '8')).rejects.toMatchObject({
        message: expect.stringContaining('more than 8 bytes') as string,
      });
    });

    it('never replaces data that is somebody’s', async () => {
      write(root, { 'd/mails.csv': 'mine' });
      await expect(importing(`${origin}/mails.csv`, '--to', 'd')).rejects.toMatchObject({
        code: 'ERR_ML_DATA_DRIFT',
      });
      expect(text('d/mails.csv')).toBe('mine');
      expect(existsSync(join(root, 'd/mails.csv.ref.json'))).toBe(false);
    });

    it('asks again with --update, tells what changed, and stops at local edits', async () => {
      await importing(`${origin}/mails.csv`, '--to', 'd');
      expect(await importing('--update', 'd/mails.csv.ref.json')).toContain('unchanged');
      answers['/mails.csv'] = 'id,x\n1,a\n2,b\n';
      const [line = ''] = (await importing('--update', 'd/mails.csv.ref.json', '--json')).split('\n');
      expect(JSON.parse(line)).toMatchObject({
        before: `sha256:${sha256('id,x\n1,a\n')}`,
        digest: `sha256:${sha256('id,x\n1,a\n2,b\n')}`,
        changes: [{ path: 'mails.csv', change: 'edited', rows: { added: 1, removed: 0 } }],
      });
      expect(text('d/mails.csv')).toBe('id,x\n1,a\n2,b\n');
      write(root, { 'd/mails.csv': 'edited' });
      answers['/mails.csv'] = 'newer';
      await expect(importing('--update', 'd/mails.csv.ref.json')).rejects.toMatchObject({
        code: 'ERR_ML_DATA_DRIFT',
      });
      expect(text('d/mails.csv')).toBe('edited');
    });
  });

  describe('from another repository', () => {
    let other: string;

    beforeEach(async () => {
      other = join(folder, 'other');
      write(other, { 'nx.json': '{}', 'd/mails.csv': 'one', 'd/pics/1': '1', '.gitignore': '.nx-ml\n' });
      git(other, 'init', '--quiet', '--initial-branch=main');
      await run(['add', 'd/mails.csv', 'd/pics'], other);
    });

    it.each([
      ['a folder', () => '../other', () => '../other'],
      ['its address', () => `git+file://${other}`, () => `git+file://${other}`],
    ])('named by %s notes the commit, and takes the bytes from the store', async (_, source, noted) => {
      const first = commit(other);
      const told = await importing(source(), 'd/pics.ref.json', '--to', 'datasets/pics');
      expect(told).toContain(first.slice(0, 12));
      expect(pointer('datasets/pics/pics.ref.json')).toMatchObject({
        formatVersion: 2,
        kind: 'tree',
        source: { repository: noted(), revision: first, path: 'd/pics.ref.json' },
      });
      expect(text('datasets/pics/pics/1')).toBe('1');
    });

    it.each([
      ['a folder', () => '../other'],
      ['its address', () => `file://${other}`],
    ])('named by %s is read at a revision: tag, branch or the beginning of a commit', async (_, source) => {
      const first = commit(other);
      git(other, 'tag', 'v1');
      write(other, { 'd/mails.csv': 'two' });
      await run(['add', 'd/mails.csv'], other);
      commit(other);
      await importing(source(), 'd/mails.csv.ref.json', '--rev', 'v1', '--to', 'a');
      expect(text('a/mails.csv')).toBe('one');
      await importing(source(), 'd/mails.csv.ref.json', '--rev', first.slice(0, 10), '--to', 'b');
      expect(text('b/mails.csv')).toBe('one');
      await importing(source(), 'd/mails.csv.ref.json', '--rev', 'main', '--to', 'c');
      expect(text('c/mails.csv')).toBe('two');
      expect(await importing('--update', 'a/mails.csv.ref.json')).toContain('\u2192');
      expect(text('a/mails.csv')).toBe('two');
    });

    it('takes the bytes from its files where the store has them not, as they are at that commit', async () => {
      commit(other);
      rmSync(join(folder, 'store'), { recursive: true });
      await importing('../other', 'd/mails.csv.ref.json', '--to', 'a');
      expect(text('a/mails.csv')).toBe('one');
      rmSync(join(folder, 'store'), { recursive: true });
      write(other, { 'd/mails.csv': 'edited' });
      const again = () => importing('../other', 'd/mails.csv.ref.json', '--to', 'b');
      await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DATA_DRIFT' });
      rmSync(join(folder, 'store'), { recursive: true });
      rmSync(join(other, 'd/mails.csv'));
      await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
    });

    it('takes the bytes from the remote that its nx.json names', async () => {
      const option = { remote: join(folder, 'remote') };
      mkdirSync(option.remote);
      write(other, { 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: option }] }) });
      commit(other);
      await run(['push'], other);
      rmSync(join(folder, 'store'), { recursive: true });
      await importing(`file://${other}`, 'd/pics.ref.json', '--to', 'datasets/pics');
      expect(text('datasets/pics/pics/1')).toBe('1');
    });

    it.each([
      ['a folder', () => '../other'],
      ['its address', () => `file://${other}`],
    ])('reads its .dvc files too, by %s, from its DVC remote', async (_, source) => {
      const sum = md5('dvc');
      write(other, {
        '.dvc/config': `[core]\n    remote = s\n['remote "s"']\n    url = ${join(folder, 'dvc-storage')}\n`,
        'd/raw.csv.dvc': `outs:\n- md5: ${sum}\n  size: 3\n  hash: md5\n  path: raw.csv\n`,
      });
      write(folder, { [`dvc-storage/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`]: 'dvc' });
      commit(other);
      await importing(source(), 'd/raw.csv.dvc', '--to', 'datasets/raw');
      expect(text('datasets/raw/raw.csv')).toBe('dvc');
      expect(pointer('datasets/raw/raw.csv.ref.json')).toMatchObject({
        kind: 'file',
        source: { path: 'd/raw.csv.dvc' },
      });
    });

    it.each([
      [['../other', 'd/none.ref.json'], 'ERR_ML_DATA_MISSING'],
      [['../other', 'nx.json'], 'ERR_ML_DATA_MISSING'],
      [['../other', '../../x.ref.json'], 'ERR_ML_PATH_UNSAFE'],
      [['../other', 'd/mails.csv.ref.json', '--rev', 'none'], 'ERR_ML_USAGE'],
      [['../other', 'd/mails.csv.ref.json', '--rev', '--help-all'], 'ERR_ML_USAGE'],
      [['../other'], 'ERR_ML_USAGE'],
      [['git+ext::sh -c touch% x', 'd/mails.csv.ref.json'], 'ERR_ML_USAGE'],
      [['git+file:///nowhere/at/all', 'd/x.ref.json'], 'ERR_ML_DOWNLOAD_FAILED'],
    ])('refuses %j', async (args, code) => {
      commit(other);
      await expect(importing(...args, '--to', 'x')).rejects.toMatchObject({ code });
      expect(existsSync(join(root, 'x'))).toBe(false);
    });
  });

  it.each([
    [['https://me:secret@example.org/x', '--to', 'd'], /password or a token/],
    [['https://example.org/x?X-Amz-Signature=secret', '--to', 'd'], /password or a token/],
    [['https://me:secret@example.org/x.git', 'a.ref.json', '--to', 'd'], /password or a token/],
    [['ftp://example.org/x', '--to', 'd'], /neither an http/],
    [['https://example.org/x'], /--to names/],
    [['https://example.org/x', '--to', '.'], /the workspace itself/],
    [['https://example.org/x', '--to', 'd', '--sha256', 'abc'], /64 hexadecimal/],
    [['https://example.org/x', '--to', 'd', '--name', 'a/b'], /without \//],
    [['https://example.org/x', '--to', 'd', '--max-size', 'much'], /--max-size/],
    [['--update'], /needs a pointer/],
    [[], /name one source/],
  ])('refuses %j as wrong use, without the secret', async (args, message) => {
    const failure: unknown = await importing(...args).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringMatching(message) as string,
    });
    expect((failure as Error).message).not.toContain('secret');
  });

  it('and an add never take the text of a Git LFS pointer for data', async () => {
    const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256('x')}\nsize 1\n`;
    write(root, {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'd/x/a.bin': lfs,
      'd/b.bin': lfs,
    });
    for (const path of ['d/x', 'd/b.bin'])
      await expect(run(['add', path])).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
  });

  it('refuses to update what was never imported', async () => {
    write(root, { 'd/a.csv': 'x' });
    await run(['add', 'd/a.csv']);
    await expect(importing('--update', 'd/a.csv.ref.json')).rejects.toThrow('notes no source');
  });
});

import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { CliScene } from './testing/cli-scene.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Breaks off after seven bytes, is down then for one request, and gives the rest to whoever asks for it. */
let isDown = true;
function serveCut(answer: string, { headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('etag', '"v1"');
  if (headers.range === undefined) {
    response.setHeader('content-length', answer.length);
    // Time enough for a busy machine to take the seven: an answer that breaks loses what nobody has read of it.
    response.write(answer.slice(0, 7), () => setTimeout(() => response.destroy(), 300));
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

describe('nx-ml data import from an address', () => {
  let scene: CliScene;
  let server: Server;
  let origin: string;
  let answers: Record<string, string>;

  const importing = (...args: readonly string[]) => scene.told('ws', 'data', 'import', ...args);
  const pointer = (path: string) => JSON.parse(scene.read(`ws/${path}`)) as Record<string, unknown>;
  const leftovers = () =>
    existsSync(scene.at('ws/.nx-ml/runs')) ? readdirSync(scene.at('ws/.nx-ml/runs')) : [];

  beforeEach(async () => {
    scene = new CliScene();
    scene.write({ 'ws/nx.json': '{}', 'ws/.gitignore': '.nx-ml\n' });
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
    scene.remove();
  });

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
    expect(scene.read('ws/datasets/mails/mails.csv')).toBe('id,x\n1,a\n');
    expect(scene.read('ws/datasets/mails/ml.yaml')).toBe('kind: dataset\npointer: "mails.csv.ref.json"\n');
    expect(scene.read('ws/datasets/mails/.gitignore')).toBe('/mails.csv\n');
    expect(leftovers()).toEqual([]);
    expect(await importing(`${origin}/mails.csv`, '--to', 'datasets/mails')).toContain('unchanged');
    expect(scene.read('ws/datasets/mails/.gitignore')).toBe('/mails.csv\n');
  });

  it('keeps the source for as long as it is that data', async () => {
    await importing(`${origin}/mails.csv`, '--to', 'd');
    await scene.told('ws', 'data', 'add', 'd/mails.csv');
    expect(pointer('d/mails.csv.ref.json')).toMatchObject({ source: { url: `${origin}/mails.csv` } });
    scene.write({ 'ws/d/mails.csv': 'edited' });
    await scene.told('ws', 'data', 'add', 'd/mails.csv');
    expect(pointer('d/mails.csv.ref.json')).not.toHaveProperty('source');
  });

  it('follows redirects, takes another name, and keeps an ml.yaml that is there', async () => {
    scene.write({ 'ws/d/ml.yaml': 'kind: dataset\npointer: m.csv.ref.json\n' });
    await importing(
      `${origin}/moved`,
      '--to',
      'd',
      '--name',
      'm.csv',
      '--sha256',
      sha256(answers['/mails.csv'] ?? ''),
    );
    expect(scene.read('ws/d/m.csv')).toBe('id,x\n1,a\n');
    expect(scene.read('ws/d/ml.yaml')).toBe('kind: dataset\npointer: m.csv.ref.json\n');
  });

  it('refuses other bytes than asked for, and leaves nothing', async () => {
    await expect(
      importing(`${origin}/mails.csv`, '--to', 'd', '--sha256', sha256('other')),
    ).rejects.toMatchObject({
      code: 'ERR_ML_DOWNLOAD_FAILED',
      message: expect.stringContaining(`sha256 ${sha256('id,x\n1,a\n')}, and not`) as string,
    });
    expect(existsSync(scene.at('ws/d'))).toBe(false);
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
    expect(existsSync(scene.at('ws/d'))).toBe(false);
    await importing(`${origin}/cut`, '--to', 'd');
    expect(scene.read('ws/d/cut')).toBe(answers['/cut']);
    expect(readdirSync(scene.at('ws/.nx-ml/downloads'))).toEqual([]);
  });

  it('refuses more than --max-size', async () => {
    await expect(importing(`${origin}/mails.csv`, '--to', 'd', '--max-size', '8')).rejects.toMatchObject({
      message: expect.stringContaining('more than 8 bytes') as string,
    });
  });

  it('never replaces data that is somebody’s', async () => {
    scene.write({ 'ws/d/mails.csv': 'mine' });
    await expect(importing(`${origin}/mails.csv`, '--to', 'd')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_DRIFT',
    });
    expect(scene.read('ws/d/mails.csv')).toBe('mine');
    expect(existsSync(scene.at('ws/d/mails.csv.ref.json'))).toBe(false);
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
    expect(scene.read('ws/d/mails.csv')).toBe('id,x\n1,a\n2,b\n');
    scene.write({ 'ws/d/mails.csv': 'edited' });
    answers['/mails.csv'] = 'newer';
    await expect(importing('--update', 'd/mails.csv.ref.json')).rejects.toMatchObject({
      code: 'ERR_ML_DATA_DRIFT',
    });
    expect(scene.read('ws/d/mails.csv')).toBe('edited');
  });
});

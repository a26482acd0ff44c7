import * as fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

import { SigningKeyFile } from '../../access/keys/index.js';
import { openStateFolder } from '../../access/state/index.js';
import { temporaryState } from '../../access/testing/temporary-state.js';
import { buildServer } from '../../app/build-server.js';
import { UseLog } from '../../operations/index.js';
import { openStorage } from '../../storage/index.js';
import { fakeAuthenticator } from '../../testing/fake-authenticator.js';
import { commands } from '../commands.js';
import { runServerCli } from '../run-server-cli.js';
import { fakeIo } from '../testing/fake-io.js';

const day = 86_400_000;
let place: ReturnType<typeof temporaryState>;
let storage: string;
let now: number;
beforeEach(() => {
  place = temporaryState();
  storage = `${place.path}-storage`;
  fs.mkdirSync(storage);
  now = Date.parse('2026-11-27T12:00:00Z');
});
afterEach(() => {
  place.remove();
});

/** Has a server of these folders store entries of 1,000 bytes, each `scope/hash`. */
async function store(...entries: readonly string[]): Promise<void> {
  const state = openStateFolder(place.path);
  const app = await buildServer({
    blobs: await openStorage(storage, state),
    authenticator: fakeAuthenticator,
    keys: new SigningKeyFile(state),
    clock: { now: () => now, monotonic: () => 0 },
    uses: new UseLog(state),
    warn: () => undefined,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  for (const entry of entries) {
    const [scope, hash] = entry.split('/');
    const headers = { authorization: `Bearer ${String(scope)}` };
    const url = `http://127.0.0.1:${String(port)}/v1/cache/${String(hash)}`;
    const { status } = await fetch(url, { method: 'PUT', headers, body: Buffer.alloc(1000, entry) });
    expect(status).toBe(200);
  }
  await app.close();
}

const file = (entry: string): string => {
  const [scope = '', hash = ''] = entry.split('/');
  return join(storage, 'cache', scope, hash.slice(0, 2), hash);
};
const kept = (...entries: readonly string[]): readonly string[] =>
  entries.filter((entry) => fs.existsSync(file(entry)));

async function run(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const env = { NX_ML_SERVER_STORAGE: storage, NX_ML_SERVER_STATE: place.path };
  const io = fakeIo({ env, clock: { now: () => now, monotonic: () => 0 } });
  const code = await runServerCli(args, io, commands);
  return { code, text: io.written() };
}
const usage = expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error;

describe('gc', () => {
  const all = ['protected/p1', 'pr-7/a1', 'pr-7/a2', 'pr-8/b1'];

  it('tells what would go and removes nothing with --dry-run, and then just that', async () => {
    await store(...all);
    now += 40 * day;
    await store('pr-8/b2');
    const dry = await run('gc', '--unused', '30d', '--dry-run', '--json');
    expect(JSON.parse(dry.text)).toMatchObject({ isDry: true, entries: 3, bytes: 3 * 2024 });
    expect(kept(...all, 'pr-8/b2')).toHaveLength(5);
    const { text } = await run('gc', '--unused', '30d', '--json');
    expect(JSON.parse(text)).toMatchObject({ isDry: false, entries: 3 });
    expect(kept(...all, 'pr-8/b2')).toEqual(['protected/p1', 'pr-8/b2']);
  });

  it('keeps a quota, protected entries last', async () => {
    await store(...all);
    expect((await run('gc', '--quota', '0.004MB')).text).toContain('3 entries');
    expect(kept(...all)).toEqual(['protected/p1']);
  });

  it('removes all of a pull request that was closed, and nothing of others', async () => {
    await store(...all);
    for (const scope of ['pr-7', 'pr-8', 'protected']) {
      fs.mkdirSync(join(storage, `store/${scope}/packs`), { recursive: true });
      fs.writeFileSync(join(storage, `store/${scope}/packs/x.pack`), 'x');
    }
    expect(JSON.parse((await run('gc', '--scope', 'pr-7', '--json')).text)).toMatchObject({
      entries: 2,
      objects: 1,
      objectBytes: 1,
      store: [{ scope: 'pr-7', blobs: 1, bytes: 1 }],
    });
    expect(kept(...all)).toEqual(['protected/p1', 'pr-8/b1']);
    expect(fs.existsSync(join(storage, 'store/pr-8/packs/x.pack'))).toBe(true);
    expect(fs.existsSync(join(storage, 'store/pr-7/packs/x.pack'))).toBe(false);
  });

  it('removes of the store what was unused, and keeps its quotas; nothing protected, no journal, nothing young', async () => {
    const put = (name: string, daysAgo: number): void => {
      const path = join(storage, 'store', name);
      fs.mkdirSync(dirname(path), { recursive: true });
      fs.writeFileSync(path, Buffer.alloc(2_000_000));
      fs.utimesSync(path, now / 1000 - daysAgo * 86_400, now / 1000 - daysAgo * 86_400);
    };
    await store('protected/p1');
    const old = `objects/sha256/aa/${'0'.repeat(62)}`;
    for (const scope of ['protected', 'pr-7', 'pr-8']) {
      put(`${scope}/${old}`, 40);
      put(`${scope}/journals/runs/a/00000000.json`, 40);
    }
    put('pr-8/chunks/young', 0);
    put('pr-8/chunks/week', 7);
    const there = (): string[] =>
      ['protected', 'pr-7', 'pr-8'].flatMap((scope) =>
        [old, 'journals/runs/a/00000000.json', 'chunks/young', 'chunks/week']
          .filter((name) => fs.existsSync(join(storage, 'store', scope, name)))
          .map((name) => `${scope} ${String(name.split('/')[0])}`),
      );
    const before = there();
    const dry = await run('gc', '--unused', '30d', '--dry-run');
    expect(dry.text).toContain('2 blobs of the store, 4.0 MB: would go');
    expect(there()).toEqual(before);
    await run('gc', '--unused', '30d');
    expect(there()).toEqual(before.filter((name) => !/^pr-. objects/.test(name)));
    expect(JSON.parse((await run('gc', '--store-scope-quota', '1MB', '--json')).text)).toMatchObject({
      entries: 0,
      store: [{ scope: 'pr-8', blobs: 1, bytes: 2_000_000 }],
    });
    expect(there()).toContain('pr-8 chunks');
    expect(there()).toHaveLength(5);
  });

  it.each([
    [[]],
    [['--scope', 'protected']],
    [['--scope', '../x']],
    [['--quota', '5']],
    [['--unused', 'soon']],
    [['--what']],
    [['extra', '--unused', '1d']],
  ])('refuses %j', async (args) => {
    await store(...all);
    await expect(run('gc', ...args)).rejects.toEqual(usage);
    expect(kept(...all)).toHaveLength(4);
  });
});

describe('scrub', () => {
  it('finds all as it was signed', async () => {
    await store('protected/p1', 'pr-7/A_b-');
    expect(await run('scrub')).toEqual({
      code: 0,
      text: expect.stringContaining('all as they were signed') as string,
    });
  });

  it.each([
    ['a changed byte', (bytes: Buffer) => bytes.fill(1, 500, 501)],
    ['a changed seal', (bytes: Buffer) => bytes.fill('A', 1100, 1101)],
    ['a cut end', (bytes: Buffer) => bytes.subarray(0, 900)],
  ])('moves an entry with %s away, so that it can be stored anew', async (_, change) => {
    await store('protected/p1', 'pr-7/a1');
    const bytes = change(fs.readFileSync(file('pr-7/a1')));
    fs.rmSync(file('pr-7/a1'));
    fs.writeFileSync(file('pr-7/a1'), bytes);
    expect((await run('scrub', '--dry-run')).code).toBe(1);
    expect(kept('protected/p1', 'pr-7/a1')).toHaveLength(2);
    const { code, text } = await run('scrub', '--json');
    expect([code, JSON.parse(text)]).toMatchObject([
      1,
      { entries: 2, wrong: [{ blob: 'cache/pr-7/a1/a1', movedTo: 'quarantine/cache/pr-7/a1/a1' }] },
    ]);
    expect(fs.readFileSync(join(storage, 'quarantine/cache/pr-7/a1/a1')).equals(bytes)).toBe(true);
    await store('pr-7/a1');
    expect((await run('scrub')).code).toBe(0);
  });

  it('finds what lies under the name of another', async () => {
    await store('protected/p1', 'pr-7/p2');
    fs.mkdirSync(join(storage, 'cache/protected/p2'));
    fs.copyFileSync(file('pr-7/p2'), file('protected/p2'));
    fs.copyFileSync(file('protected/p1'), join(storage, 'cache/protected/p1/p3'));
    const { code, text } = await run('scrub');
    expect([code, text]).toEqual([1, expect.stringContaining('2 wrong')]);
    expect(kept('protected/p1', 'pr-7/p2', 'protected/p2')).toEqual(['protected/p1', 'pr-7/p2']);
  });
});

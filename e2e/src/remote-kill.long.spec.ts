import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCommand } from '@nx-ml/testing';
import type { CommandResult } from '@nx-ml/testing';

const main = join(__dirname, '../../packages/nx-ml/dist/cli/main.js');
const kills = 24;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Real processes of push, pull and checkout, killed at any moment: nothing wrong is left, and the next one ends the work. */
describe(`${String(3 * kills)} kills of push, pull and checkout`, () => {
  let base: string;
  const at = (path: string): string => join(base, path);
  const filesOf = (path: string): readonly string[] =>
    fs.existsSync(at(path))
      ? fs
          .readdirSync(at(path), { recursive: true, withFileTypes: true })
          .flatMap((item) => (item.isFile() ? [join(item.parentPath, item.name)] : []))
      : [];
  const write = (path: string, content: string | Buffer): void => {
    fs.mkdirSync(dirname(at(path)), { recursive: true });
    fs.writeFileSync(at(path), content);
  };
  const start = (clone: string, ...args: readonly string[]): ReturnType<typeof startCommand> =>
    startCommand(process.execPath, [main, ...args], {
      cwd: at(clone),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: base,
        NX_ML_STORE: at(`store-${clone}`),
        NX_ML_REMOTE: at('remote'),
      },
    });
  const run = async (clone: string, ...args: readonly string[]): Promise<CommandResult> => {
    const result = await start(clone, ...args).ended;
    if (result.code !== 0) throw new Error(result.output);
    return result;
  };
  /** Kills one at a random moment of the time that it takes. @returns true when it was still at work */
  const kill = async (durationMs: number, clone: string, ...args: readonly string[]): Promise<boolean> => {
    const { child, ended } = start(clone, ...args);
    await sleep(durationMs * (0.2 + 0.8 * Math.random()));
    child.kill('SIGKILL');
    return (await ended).signal === 'SIGKILL';
  };
  const contentOf = (version: number, file: number): string =>
    `version ${String(file % 3 === 0 ? version : 0)} of ${String(file)} `.repeat(40);
  const makeVersion = async (version: number): Promise<void> => {
    for (let file = 0; file < 300; file += 1)
      write(`a/data/rows/${String(file % 7)}/${String(file)}`, contentOf(version, file));
    for (const name of ['one', 'two'])
      write(`a/data/rows/${name}`, Buffer.alloc(5_000_000, `${name} ${String(version)}`));
    await run('a', 'data', 'add', 'data/rows');
    fs.copyFileSync(at('a/data/rows.ref.json'), at(`pointer-${String(version)}`));
  };
  const point = (version: number): void => {
    fs.mkdirSync(at('b/data'), { recursive: true });
    fs.copyFileSync(at(`pointer-${String(version)}`), at('b/data/rows.ref.json'));
  };
  /** Whatever carries an object's name has its bytes. */
  const wrongObjects = (folder: string): readonly string[] =>
    filesOf(`${folder}/objects/sha256`).filter(
      (path) => sha256(fs.readFileSync(path)) !== path.split('/').slice(-2).join(''),
    );
  /** Indexes that are not what their name says, or whose pack is not there. */
  const wrongPacks = (): readonly string[] =>
    filesOf('remote/packs')
      .filter((path) => path.endsWith('.index'))
      .filter(
        (path) =>
          sha256(fs.readFileSync(path)) !== path.split('/').at(-1)?.slice(0, 64) ||
          !fs.existsSync(path.replace(/index$/, 'pack')),
      );
  const isVersion = (version: number): boolean =>
    fs.readFileSync(at('b/data/rows/0/0'), 'utf8') === contentOf(version, 0) &&
    filesOf('b/data/rows').every(
      (path) =>
        sha256(fs.readFileSync(path)) ===
        sha256(fs.readFileSync(path.replace('/b/', `/version-${String(version)}/`))),
    ) &&
    filesOf('b/data/rows').length === 302;

  beforeAll(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-kills-')));
    for (const clone of ['a', 'b']) write(`${clone}/nx.json`, '{}');
    fs.mkdirSync(at('remote'));
    for (const version of [1, 2]) {
      await makeVersion(version);
      fs.cpSync(at('a/data'), at(`version-${String(version)}/data`), { recursive: true });
    }
  }, 60_000);
  afterAll(() => {
    fs.rmSync(base, { recursive: true, force: true });
  });

  it('of push', async () => {
    const { durationMs } = await run('a', 'data', 'push');
    let landed = 0;
    for (let turn = 0; turn < kills; turn += 1) {
      if (turn % 2 === 0) fs.rmSync(at('remote'), { recursive: true });
      fs.mkdirSync(at('remote'), { recursive: true });
      landed += Number(await kill(durationMs, 'a', 'data', 'push'));
      expect([wrongObjects('remote'), wrongPacks()]).toEqual([[], []]);
      if (turn % 4 !== 3) continue;
      await run('a', 'data', 'push');
      fs.rmSync(at('store-b'), { recursive: true, force: true });
      fs.rmSync(at('b/data'), { recursive: true, force: true });
      point(2);
      await run('b', 'data', 'pull');
      expect(isVersion(2)).toBe(true);
    }
    expect(landed).toBeGreaterThan(kills / 3);
  }, 240_000);

  it('of pull', async () => {
    fs.copyFileSync(at('pointer-1'), at('a/data/rows.ref.json'));
    await run('a', 'data', 'push');
    const fresh = (): void => {
      for (const path of ['store-b', 'b/data']) fs.rmSync(at(path), { recursive: true, force: true });
      point(1);
    };
    fresh();
    const { durationMs } = await run('b', 'data', 'pull');
    let landed = 0;
    for (let turn = 0; turn < kills; turn += 1) {
      if (turn % 3 === 0) fresh();
      landed += Number(await kill(durationMs, 'b', 'data', 'pull'));
      expect(wrongObjects('store-b')).toEqual([]);
      if (fs.existsSync(at('b/data/rows'))) expect(isVersion(1)).toBe(true);
      if (turn % 3 !== 2) continue;
      await run('b', 'data', 'pull');
      expect(isVersion(1)).toBe(true);
    }
    expect(landed).toBeGreaterThan(kills / 3);
  }, 240_000);

  it('of checkout', async () => {
    for (const version of [2, 1]) {
      point(version);
      await run('b', 'data', 'pull');
    }
    point(2);
    const { durationMs } = await run('b', 'data', 'checkout');
    let landed = 0;
    for (let turn = 0; turn < kills; turn += 1) {
      const version = 1 + (turn % 2);
      point(version);
      landed += Number(await kill(durationMs, 'b', 'data', 'checkout'));
      for (const path of filesOf('b/data/rows'))
        if (!path.includes('.nx-ml-'))
          expect(
            ['1', '2'].map((one) => sha256(fs.readFileSync(path.replace('/b/', `/version-${one}/`)))),
          ).toContain(sha256(fs.readFileSync(path)));
      for (const path of filesOf('b/data')) if (path.includes('.nx-ml-')) fs.rmSync(path);
      if (turn % 2 === 0) continue;
      await run('b', 'data', 'checkout');
      expect(isVersion(version)).toBe(true);
    }
    expect(wrongObjects('store-b')).toEqual([]);
    expect(landed).toBeGreaterThan(kills / 3);
  }, 240_000);
});

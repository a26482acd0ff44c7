import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const storeModule = join(__dirname, '../../packages/core/dist/adapters/store-fs/index.js');
const kills = 200;
/** More than it takes for a second thread, so that kills fall upon both. */
const files = 2_200;
const mostMegabytes = 150;

/** Opens the store and does one thing; says so when it has promised it, and how much memory it took. */
const script = `
const { openFolderStore } = require(${JSON.stringify(storeModule)});
const [root, what, path, ref] = process.argv.slice(1);
(async () => {
  const { objects } = await openFolderStore({ root });
  process.stdout.write('ready\\n');
  const result = what === 'add' ? await objects.put(path) : await objects.materialise(JSON.parse(ref), path);
  process.stdout.write(JSON.stringify({ result, megabytes: process.resourceUsage().maxRSS / 1024 }) + '\\n');
})();
`;

interface Ref {
  readonly digest: string;
  readonly files: number;
}

interface Outcome {
  readonly result?: Ref;
  readonly megabytes: number;
}

/** A seeded generator, so that a failing round can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('The folder store as real processes use it', () => {
  let base: string;
  const at = (...path: string[]): string => join(base, ...path);

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'nx-ml-store-'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  /** @param killAfter milliseconds from where the store is open; undefined: it may end. @returns undefined when it was killed */
  async function use(args: readonly string[], killAfter?: number): Promise<Outcome | undefined> {
    const child = spawn(process.execPath, ['-e', script, at('store'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = once(child, 'close');
    if (killAfter !== undefined) {
      await Promise.race([once(child.stdout, 'data'), closed]);
      await sleep(killAfter);
      child.kill('SIGKILL');
    }
    await closed;
    const last = Buffer.concat(chunks).toString().split('\n').at(-2) ?? '';
    return last.startsWith('{') ? (JSON.parse(last) as Outcome) : undefined;
  }

  /** Paths of all objects under their final names. */
  function objectPaths(): readonly string[] {
    const folder = at('store/objects/sha256');
    return readdirSync(folder).flatMap((shard) =>
      readdirSync(join(folder, shard)).map((rest) => join(shard, rest)),
    );
  }

  function isRight(path: string): boolean {
    const hash = createHash('sha256').update(readFileSync(at('store/objects/sha256', path)));
    return hash.digest('hex') === path.replace('/', '');
  }

  function writeData(round: number): void {
    rmSync(at('data'), { recursive: true, force: true });
    for (let index = 0; index < files; index += 1) {
      if (index % 200 === 0) mkdirSync(at('data', String(index / 200)), { recursive: true });
      // Half of them are new in each round.
      const text = index % 2 === 0 ? String(index) : `${String(round)} ${String(index)}`;
      writeFileSync(at('data', String(Math.floor(index / 200)), String(index)), text);
    }
    writeFileSync(at('data/large'), Buffer.alloc(3_000_000, String(round)));
  }

  it(`has no wrong object and loses none, killed at ${String(kills)} moments of add and materialise`, async () => {
    const chance = random(20_261_127);
    const promised = new Set<string>();
    const interrupted = { add: 0, materialise: 0 };
    let whole = { add: 300, materialise: 200 };
    for (let round = 0; round < kills / 20; round += 1) {
      writeData(round);
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const outcome = await use(['add', at('data')], chance() * whole.add);
        if (outcome?.result === undefined) interrupted.add += 1;
        else promised.add(outcome.result.digest);
      }
      const started = Date.now();
      const added = await use(['add', at('data')]);
      whole = { ...whole, add: Date.now() - started };
      expect(added?.result).toMatchObject({ files: files + 1 });
      const ref = JSON.stringify(added?.result);
      for (const path of objectPaths()) expect([path, isRight(path)]).toEqual([path, true]);
      for (const digest of promised) expect(objectPaths()).toContain(digest.slice(7).replace(/^../, '$&/'));
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const outcome = await use(['materialise', at('out'), ref], chance() * whole.materialise);
        if (outcome === undefined) interrupted.materialise += 1;
        expectWholeOrNothing(round);
      }
      expect(await use(['materialise', at('out'), ref])).toBeDefined();
      expectWholeOrNothing(round, true);
    }
    // The kills did land in the middle of things, else this proves little.
    expect(interrupted.add).toBeGreaterThan(kills / 8);
    expect(interrupted.materialise).toBeGreaterThan(kills / 8);
    expect(readdirSync(at('store/quarantine'))).toEqual([]);
  }, 1_800_000);

  /** What stands at the target is a whole tree: this round's, or the one before while a swap is under way. */
  function expectWholeOrNothing(round: number, isDone = false): void {
    const names = readdirSync(base).includes('out') ? readdirSync(at('out')) : [];
    if (names.length === 0 && !isDone) return;
    const of = Number(readFileSync(at('out/large'), 'utf8').slice(0, 1));
    if (isDone) expect(of).toBe(round % 10);
    for (let index = 0; index < files; index += 1) {
      const text = readFileSync(at('out', String(Math.floor(index / 200)), String(index)), 'utf8');
      if (index % 2 === 0) expect(text).toBe(String(index));
      else expect(text.slice(0, 1)).toBe(String(of));
    }
  }

  it(`takes at most ${String(mostMegabytes)} MB for one file of 1 GB, both ways`, async () => {
    writeFileSync(at('large'), 'a hole follows');
    truncateSync(at('large'), 1_000_000_000);
    const added = await use(['add', at('large')]);
    expect(added?.megabytes).toBeLessThan(mostMegabytes);
    const brought = await use(['materialise', at('out'), JSON.stringify(added?.result)]);
    expect(brought?.megabytes).toBeLessThan(mostMegabytes);
  }, 300_000);

  it(`takes at most ${String(mostMegabytes)} MB for 20,000 files, both ways`, async () => {
    for (let index = 0; index < 20_000; index += 1) {
      if (index % 500 === 0) mkdirSync(at('data', String(index / 500)), { recursive: true });
      writeFileSync(at('data', String(Math.floor(index / 500)), String(index)), String(index).repeat(800));
    }
    const added = await use(['add', at('data')]);
    expect(added?.megabytes).toBeLessThan(mostMegabytes);
    const brought = await use(['materialise', at('out'), JSON.stringify(added?.result)]);
    expect(brought?.megabytes).toBeLessThan(mostMegabytes);
  }, 300_000);
});

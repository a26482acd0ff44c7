import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(__dirname, '../../packages/nx-ml/dist/cli/main.js');
const files = 300_000;
const fileSize = 3_000_000_000;

/**
 * What each command may take at most. MB, and more than was measured by what one run differs from another: docs/design/store.md.
 * For a file of any size it is what the design asks for; what is known of each of many files is kept.
 */
const most = {
  files: { add: 460, status: 240, push: 320, pull: 350, checkout: 325 },
  file: { add: 150, status: 150, push: 150, pull: 150, checkout: 150 },
} as const;

/** Says how much memory the process took, as its last word. */
const told = `process.on('exit', () => require('node:fs').writeSync(2, '\\nMB ' + process.resourceUsage().maxRSS / 1024));`;

describe('The memory of commands on data', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'nx-ml-memory-'));
    for (const clone of ['one', 'two']) {
      mkdirSync(join(base, clone), { recursive: true });
      for (const name of ['nx.json', 'package.json']) writeFileSync(join(base, clone, name), '{}');
    }
    mkdirSync(join(base, 'remote'));
    writeFileSync(join(base, 'told.cjs'), told);
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  /** @returns megabytes */
  async function take(clone: string, ...args: readonly string[]): Promise<number> {
    const child = spawn(process.execPath, ['-r', join(base, 'told.cjs'), main, 'data', ...args], {
      cwd: join(base, clone),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: base,
        NX_ML_STORE: join(base, `store-${clone}`),
        NX_ML_REMOTE: join(base, 'remote'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    const text = Buffer.concat(chunks).toString();
    if (child.exitCode !== 0) throw new Error(text);
    return Number(/MB ([\d.]+)$/.exec(text)?.[1]);
  }

  async function measureAll(): Promise<Readonly<Record<keyof (typeof most)['files'], number>>> {
    const add = await take('one', 'add', 'rows');
    const status = await take('one', 'status');
    const push = await take('one', 'push');
    for (const name of ['one/rows', 'store-one']) rmSync(join(base, name), { recursive: true });
    cpSync(join(base, 'one/rows.ref.json'), join(base, 'two/rows.ref.json'));
    const pull = await take('two', 'pull');
    rmSync(join(base, 'two/rows'), { recursive: true });
    const checkout = await take('two', 'checkout');
    expect(readdirSync(join(base, 'two'))).toContain('rows');
    return { add, status, push, pull, checkout };
  }

  function expectAtMost(
    taken: Readonly<Record<string, number>>,
    bounds: Readonly<Record<string, number>>,
  ): void {
    const over = Object.entries(taken).filter(([name, megabytes]) => !(megabytes <= (bounds[name] ?? 0)));
    // So that a failure tells all of them.
    expect({ over, taken }).toEqual({ over: [], taken });
  }

  it(`is bounded for ${String(files)} files`, async () => {
    for (let index = 0; index < files; index += 1) {
      const folder = join(base, 'one/rows', String(Math.floor(index / 1000)));
      if (index % 1000 === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `sample-${String(index)}.txt`), `sample ${String(index)}`);
    }
    expectAtMost(await measureAll(), most.files);
  }, 1_800_000);

  it(`is bounded for a file of ${String(fileSize / 1e9)} GB`, async () => {
    writeFileSync(join(base, 'one/rows'), 'a hole follows');
    truncateSync(join(base, 'one/rows'), fileSize);
    expectAtMost(await measureAll(), most.file);
  }, 900_000);
});

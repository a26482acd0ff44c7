import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from '../engine-local/testing/processes.js';

import { openSlots } from './index.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/fight.ts');

class Fighter {
  leases = 0;
  readonly #child;

  constructor(mode: 'fight' | 'stuck', base: string) {
    this.#child = spawn(
      process.execPath,
      ['-r', hook, script, mode, join(base, 'slots'), join(base, 'marks')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    this.#child.stdout.on('data', (text: Buffer) => {
      this.leases += text.toString().split('got').length - 1;
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (!this.hasEnded) await once(this.#child, 'exit');
  }
}

describe('eight processes that fight for two GPUs, some of them killed', () => {
  const base = mkdtempSync(join(tmpdir(), 'fight-'));
  const fighters: Fighter[] = [];

  afterAll(async () => {
    await Promise.all(fighters.map((fighter) => fighter.kill()));
    rmSync(base, { recursive: true, force: true });
  });

  const join8 = (): void => {
    while (fighters.length < 8) fighters.push(new Fighter('fight', base));
  };
  /** Each living fighter gets this many leases more: nobody is locked out. */
  const goesOn = async (leases: number): Promise<void> => {
    const before = fighters.map((fighter) => fighter.leases);
    await until(() => {
      expect(fighters.filter(({ hasEnded }) => hasEnded)).toEqual([]);
      return fighters.every((fighter, at) => fighter.leases >= (before[at] ?? 0) + leases);
    });
  };

  it('never use one GPU at the same time, and leave everything free', async () => {
    for (const name of ['slots', 'marks']) mkdirSync(join(base, name), { mode: 0o700 });
    join8();
    await goesOn(2);
    for (let round = 0; round < 6; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 7 * round));
      await fighters.shift()?.kill();
      const stuck = new Fighter('stuck', base);
      await until(() => stuck.leases === 1);
      await stuck.kill();
      await goesOn(1);
    }
    join8();
    await goesOn(5);
    await Promise.all(fighters.map((fighter) => fighter.kill()));

    const violations = join(base, 'marks', 'violations');
    expect(existsSync(violations) ? readFileSync(violations, 'utf8') : '').toBe('');
    const slots = openSlots({ capacity: { gpus: ['0', '1'], memory: 100 }, folder: join(base, 'slots') });
    const lease = await slots.tryAcquire({ gpu: 2, memory: 100 });
    expect(lease?.gpus).toEqual(['0', '1']);
    await lease?.release();
    expect(readdirSync(join(base, 'slots'))).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Claims } from '../../engine/index.js';

import { openClaims } from './claims.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');

describe('claims', () => {
  let folder: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'nx-ml-claims-')), 'claims');
  });

  afterEach(() => {
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('give a name to one at a time, also within one process', async () => {
    const [a, b] = [openClaims(folder), openClaims(folder)];
    const first = await a.tryClaim('x');
    expect(first).toBeDefined();
    expect(await a.tryClaim('x')).toBeUndefined();
    expect(await b.tryClaim('x')).toBeUndefined();
    expect(await b.tryClaim('y')).toBeDefined();
    await first?.release();
    expect(await b.tryClaim('x')).toBeDefined();
  });

  it('to exactly one of many who ask at once', async () => {
    const asked = Array.from({ length: 20 }, () => openClaims(folder).tryClaim('x'));
    expect((await Promise.all(asked)).filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('are free again when their holder was killed', async () => {
    const script = `require(${JSON.stringify(join(__dirname, 'claims.ts'))}).openClaims(${JSON.stringify(folder)}).tryClaim('x').then(() => { console.log('held'); setInterval(() => {}, 1000); });`;
    const holder = spawn(process.execPath, ['-r', hook, '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const claims = openClaims(folder);
    expect(await claims.tryClaim('x')).toBeUndefined();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await claims.tryClaim('x')).toBeDefined();
  });

  it('are never taken from the living, however often they are given back at that moment', async () => {
    const [a, b] = [openClaims(folder), openClaims(folder)];
    let held = 0;
    const fight = async (claims: Claims): Promise<void> => {
      for (let round = 0; round < 300; round += 1) {
        const claim = await claims.tryClaim('x');
        if (claim === undefined) continue;
        held += 1;
        expect(held).toBe(1);
        await Promise.resolve();
        held -= 1;
        await claim.release();
      }
    };
    await Promise.all([fight(a), fight(b), fight(a)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that were taken for dead are not given back by their old holder', async () => {
    const claims = openClaims(folder);
    const old = await claims.tryClaim('x');
    const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('claim.'));
    rmSync(join(folder, file));
    writeFileSync(join(folder, file), 'damaged');
    const young = await claims.tryClaim('x');
    await old?.release();
    expect(await claims.tryClaim('x')).toBeUndefined();
    await young?.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

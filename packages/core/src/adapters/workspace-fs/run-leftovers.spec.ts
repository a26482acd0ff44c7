import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sweepRuns } from './run-leftovers.js';

const day = 24 * 60 * 60 * 1000;
const hasEnded = (mark: string) => (mark === 'dead' ? true : mark === 'alive' ? false : undefined);

describe('sweepRuns', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-runs-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (name: string) => {
    mkdirSync(join(folder, name, 'outputs'), { recursive: true });
    writeFileSync(join(folder, name, 'log.txt'), '');
  };
  const sweep = (now: number) => {
    sweepRuns(folder, { hasEnded, now });
    return readdirSync(folder);
  };

  it('removes what the dead left, and nothing of the living', () => {
    for (const name of ['a.train.1@dead', 'a@b.train.2@alive', 'c.train.3@elsewhere', 'unmarked']) run(name);
    expect(sweep(Date.now())).toEqual(['a@b.train.2@alive', 'c.train.3@elsewhere', 'unmarked']);
    expect(sweep(Date.now() + 6 * day)).toHaveLength(3);
    expect(sweep(Date.now() + 8 * day)).toEqual(['a@b.train.2@alive']);
  });

  it('a log that still grows keeps its folder', () => {
    run('x@elsewhere');
    const later = Date.now() + 8 * day;
    utimesSync(join(folder, 'x@elsewhere', 'log.txt'), later / 1000, later / 1000);
    expect(sweep(later)).toHaveLength(1);
  });

  it('is content where there is no folder', () => {
    sweepRuns(join(folder, 'none'), { hasEnded, now: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });
});

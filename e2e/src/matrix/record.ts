import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startCommand } from '@nx-ml/testing';

import { matrix } from './cases/index.js';
import type { MatrixCase } from './matrix-case.js';
import type { Observation } from './matrix-rig.js';

const repo = join(__dirname, '../../..');

/** What was seen, for tools/reference/matrix.mjs, which makes the page of it. */
export class MatrixRecord {
  readonly #seen = new Map<MatrixCase, Pick<Observation, 'states' | 'runs'>>();

  add(each: MatrixCase, { states, runs }: Observation): void {
    this.#seen.set(each, { states, runs });
  }

  /** What the page’s generator says when the page tells something else than what was seen; '' when all is well. */
  async differenceToPage(): Promise<string> {
    const groups = matrix.map(({ title, cases }) => ({
      title,
      cases: cases.map((each) => ({ change: each.change, remark: each.remark, ...this.#seen.get(each) })),
    }));
    mkdirSync(join(repo, '.tmp'), { recursive: true });
    writeFileSync(join(repo, '.tmp/affected-matrix.json'), JSON.stringify(groups, undefined, 2));
    const check = startCommand(process.execPath, ['tools/reference/matrix.mjs', '--check'], {
      cwd: repo,
      env: {},
    });
    return (await check.ended).output;
  }
}

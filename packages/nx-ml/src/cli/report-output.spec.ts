import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeReport } from './report-output.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const context = {
  ...{ prices: undefined, plots: false, head: undefined, missing: [], fullPage: undefined },
  ...{ at: '2026-11-27T12:00:00.000Z', version: '0.1.0' },
};
const write = (output: string) =>
  writeReport('markdown', { models: [], context, output }, { cwd: folder, write: () => undefined });

it('replaces a file as a whole, and makes the folders that it is in', async () => {
  writeFileSync(join(folder, 'report.md'), 'old');
  for (const name of ['report.md', 'new/report.md']) {
    await write(name);
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^## Models/);
  }
  expect(readdirSync(folder)).toEqual(['new', 'report.md']);
});

it('writes through a link, as /dev/stdout is one, and leaves it where it is', async () => {
  const [link, target] = [join(folder, 'link'), join(folder, 'target')];
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  await write('link');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toMatch(/^## Models/);
});

it('tells of a place that cannot be written', async () => {
  await expect(write('.')).rejects.toMatchObject({ code: 'ERR_ML_FILE_INACCESSIBLE' });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { longestReport } from '@nx-ml/core/usecases/report';

import { readReports } from './report-from.js';

const document = (head: string): string =>
  JSON.stringify({ formatVersion: 1, at: '2026-11-27T00:00:00.000Z', head, models: [] });

describe('Reports of other machines', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-report-from-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const heads = (...paths: readonly string[]) => readReports(paths, folder).map(({ head }) => head);

  it('are files, or all in a folder, whatever else lies there', () => {
    mkdirSync(join(folder, 'all/b'), { recursive: true });
    writeFileSync(join(folder, 'one.json'), document('one'));
    writeFileSync(join(folder, 'all/b/2.json'), document('second'));
    writeFileSync(join(folder, 'all/a.json'), document('first'));
    writeFileSync(join(folder, 'all/page.html'), '<html>');
    symlinkSync(join(folder, 'one.json'), join(folder, 'all/link.json'));
    expect(heads('one.json', 'all')).toEqual(['one', 'first', 'second']);
  });

  it('are none in a folder that nobody wrote to', () => {
    mkdirSync(join(folder, 'none'));
    expect(heads('none')).toEqual([]);
  });

  it.each([
    ['is not there', () => undefined, 'ERR_ML_FILE_INACCESSIBLE'],
    [
      'is none',
      (path: string) => {
        writeFileSync(path, '{"formatVersion":1');
      },
      'ERR_ML_DOCUMENT_INVALID',
    ],
    [
      'is too long',
      (path: string) => {
        writeFileSync(path, '');
        truncateSync(path, longestReport + 1);
      },
      'ERR_ML_DOCUMENT_INVALID',
    ],
  ])('are refused where one %s, with its name', (_, write, code) => {
    write(join(folder, 'x.json'));
    expect(() => heads('x.json')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('x.json') as string }) as Error,
    );
  });
});

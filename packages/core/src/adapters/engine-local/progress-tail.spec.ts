import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ProgressTail } from './progress-tail.js';

describe('ProgressTail', () => {
  let folder: string;
  let file: string;
  let steps: (number | undefined)[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'progress-'));
    file = join(folder, 'progress.jsonl');
    steps = [];
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const open = (): Promise<ProgressTail> =>
    ProgressTail.atEndOf(file, (told) => steps.push(...told.map(({ step }) => step)));

  it('tells every whole line, each once', async () => {
    const tail = await open();
    await tail.look();
    await writeFile(file, '{"step":1}\n{"step":2}\n{"st');
    await tail.look();
    await tail.look();
    await appendFile(file, 'ep":3}\n');
    await tail.look();
    expect(steps).toEqual([1, 2, 3]);
  });

  it('takes the last line without its end only when it is the last look', async () => {
    const tail = await open();
    await writeFile(file, '{"step":1}');
    await tail.look();
    expect(steps).toEqual([]);
    await tail.look({ last: true });
    expect(steps).toEqual([1]);
  });

  it('passes by what is no progress', async () => {
    const tail = await open();
    await writeFile(file, '{"step":1}\nnoise\n[2]\n{"step":\n');
    await tail.look();
    expect(steps).toEqual([1]);
  });

  it('does not tell what an earlier attempt left', async () => {
    await writeFile(file, '{"step":9}\n');
    const tail = await open();
    await tail.look({ last: true });
    await appendFile(file, '{"step":1}\n');
    await tail.look();
    expect(steps).toEqual([1]);
  });

  it('starts again when the file is cut off or replaced', async () => {
    await writeFile(file, '{"step":8}\n{"step":9}\n');
    const tail = await open();
    await truncate(file);
    await appendFile(file, '{"step":1}\n');
    await tail.look();
    await writeFile(join(folder, 'new'), `{"step":2}\n${' '.repeat(100)}\n`);
    await rename(join(folder, 'new'), file);
    await tail.look();
    await rm(file);
    await tail.look();
    await writeFile(file, '{"step":3}\n');
    await tail.look();
    expect(steps).toEqual([1, 2, 3]);
  });

  it('reads only the end of much, and splits no character', async () => {
    const tail = await open();
    await writeFile(file, `${`{"step":1,"note":"${'ü'.repeat(50)}"}\n`.repeat(5000)}{"step":2,"note":"ü`);
    await tail.look();
    await appendFile(file, 'ü"}\n');
    await tail.look();
    expect([...new Set(steps)]).toEqual([1, 2]);
    expect(steps.length).toBeLessThan(1000);
  });

  it('takes a folder in the place of the file for no progress', async () => {
    await mkdir(file);
    const tail = await open();
    await tail.look({ last: true });
    expect(steps).toEqual([]);
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { DvcStep, failed, md5 } from './testing/dvc-step.js';

const cacheName = (text: string, ending = '') => {
  const sum = md5(text);
  return `${sum.slice(0, 2)}/${sum.slice(2)}${ending}`;
};
const pointer = (sum: string, more = '  hash: md5\n') => `outs:\n- md5: '${sum}'\n${more}  path: raw\n`;

describe('nx-ml-dvc data', () => {
  let step: DvcStep;

  beforeEach(() => {
    step = new DvcStep();
  });
  afterEach(() => {
    step.remove();
  });

  const missing = expect.objectContaining({
    code: 'ERR_ML_DATA_MISSING',
    fix: expect.stringContaining('dvc pull data/raw.dvc') as string,
  }) as Error;

  it.each([
    ['the workspace', 'data/raw'],
    ['the cache of DVC 3', `.dvc/cache/files/md5/${cacheName('bytes')}`],
    ['the cache of DVC 2', `.dvc/cache/${cacheName('bytes')}`],
    ['a cache that the configuration names', `../elsewhere/${cacheName('bytes')}`],
  ])('comes from %s', async (_, path) => {
    const elsewhere = path.startsWith('..');
    const cache = join(step.root, 'cache');
    step.write({
      '.dvc/config': elsewhere ? `[cache]\n    dir = ${cache}\n` : '',
      'data/raw.dvc': pointer(md5('bytes')),
    });
    step.write({ [elsewhere ? `cache/${cacheName('bytes')}` : path]: 'bytes' });
    await step.dvc('data', 'data/raw.dvc');
    expect(step.read('out/data/raw')).toBe('bytes');
  });

  it('comes from the cache where the workspace has other bytes, and never damaged', async () => {
    step.write({ '.dvc/config': '', 'data/raw.dvc': pointer(md5('bytes')), 'data/raw': 'edited' });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
    step.write({ [`.dvc/cache/files/md5/${cacheName('bytes')}`]: 'damaged' });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
    expect(step.filesIn('out')).toEqual([]);
    step.write({ [`.dvc/cache/${cacheName('bytes')}`]: 'bytes' });
    await step.dvc('data', 'data/raw.dvc');
    expect(step.read('out/data/raw')).toBe('bytes');
  });

  it('of DVC 2 may have been hashed with other line ends', async () => {
    step.write({ 'data/raw': 'a\r\nb\r\n', 'data/raw.dvc': pointer(md5('a\nb\n'), '') });
    await step.dvc('data', 'data/raw.dvc');
    expect(step.read('out/data/raw')).toBe('a\r\nb\r\n');
    step.write({ 'data/raw.dvc': pointer(md5('a\nb\n')) });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
  });

  it('of a folder comes file by file, from wherever each is', async () => {
    const list = `[{"md5": "${md5('1')}", "relpath": "a.txt"}, {"md5": "${md5('2')}", "relpath": "é/b.txt"}]`;
    const ascii = list.replace('é', '\\u00e9');
    step.write({ 'data/raw.dvc': pointer(`${md5(ascii)}.dir`), 'data/raw/a.txt': '1', '.dvc/config': '' });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
    step.write({ 'data/raw/é/b.txt': '2' }); // as it was added: no list is needed
    await step.dvc('data', 'data/raw.dvc');
    expect(step.filesIn('out')).toEqual(['data/raw/a.txt', 'data/raw/é/b.txt']);
    rmSync(join(step.root, 'data/raw/é'), { recursive: true });
    step.write({
      [`.dvc/cache/files/md5/${cacheName(ascii, '.dir')}`]: ascii,
      [`.dvc/cache/files/md5/${cacheName('2')}`]: '2',
    });
    await step.dvc('data', 'data/raw.dvc');
    expect(step.read('out/data/raw/é/b.txt')).toBe('2');
  });

  it('of a folder whose list leads out of it is refused', async () => {
    const list = `[{"md5": "${md5('1')}", "relpath": "../../../x"}]`;
    step.write({
      '.dvc/config': '',
      'data/raw.dvc': pointer(`${md5(list)}.dir`),
      [`.dvc/cache/files/md5/${cacheName(list, '.dir')}`]: list,
      [`.dvc/cache/files/md5/${cacheName('1')}`]: '1',
    });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(failed('ERR_ML_PATH_UNSAFE'));
    expect(step.filesIn('out')).toEqual([]);
  });

  it('comes from the DVC remote where it is nowhere here, verified', async () => {
    step.write({
      '.dvc/config': `[core]\n    remote = r\n['remote "r"']\n    url = ../storage\n`,
      'data/raw.dvc': pointer(md5('bytes')),
      [`storage/files/md5/${cacheName('bytes')}`]: 'damaged',
    });
    await expect(step.dvc('data', 'data/raw.dvc')).rejects.toThrow(missing);
    step.write({ [`storage/files/md5/${cacheName('bytes')}`]: 'bytes' });
    await step.dvc('data', 'data/raw.dvc');
    expect(step.read('out/data/raw')).toBe('bytes');
  });

  it('of a frozen stage is what dvc.lock names', async () => {
    const lock = `schema: '2.0'\nstages:\n  s:\n    cmd: x\n    outs: [{ path: ../o, hash: md5, md5: '${md5('o')}' }]\n`;
    step.write({ 'dvc.lock': lock, o: 'o' });
    await step.dvc('data', 'dvc.lock', '--stage', 's', '--folder', 'src');
    expect(step.read('out/o')).toBe('o');
    await expect(step.dvc('data', 'dvc.lock', '--stage', 'gone')).rejects.toThrow(
      'says nothing of the stage gone',
    );
  });
});

import { failureOf } from '../../kernel/testing/failure-of.js';
import { lockedOuts, parsePointer } from './hashed-data.js';

const md5 = '22a1a2931c8370d3aeedd7183606fd7f';
const out = (more: string) => `outs:\n- md5: ${md5}\n  size: 14445097\n${more}`;

describe('a .dvc file', () => {
  it('names its data relative to the workspace', () => {
    expect(parsePointer(out('  hash: md5\n  path: data.xml\n'), 'data/data.xml.dvc')).toEqual({
      data: [{ path: 'data/data.xml', md5, isFolder: false, legacy: false, size: 14445097 }],
      imported: false,
    });
  });

  it('may be of DVC 2, of a folder, imported, and have a working folder', () => {
    const text = `md5: ${md5}\nwdir: ../raw\nfrozen: true\ndeps:\n- path: get-started\n  repo: { url: 'https://x' }\nouts:\n- md5: ${md5}.dir\n  path: images\n  nfiles: 3\n  isexec: true\n  cache: true\n`;
    expect(parsePointer(text, 'data/images.dvc')).toEqual({
      data: [{ path: 'raw/images', md5, isFolder: true, legacy: true, files: 3 }],
      imported: true,
    });
  });

  it.each([
    ['path: ../../x\n', 'ERR_ML_PATH_UNSAFE'],
    ['path: /etc/passwd\n', 'ERR_ML_PATH_UNSAFE'],
    ['path: s3://bucket/x\n', 'ERR_ML_PATH_UNSAFE'],
    ['path: a\\b\n', 'ERR_ML_PATH_UNSAFE'],
  ])('that names %j is refused', (path, code) => {
    expect(failureOf(() => parsePointer(out(`  ${path}`), 'data/x.dvc')).code).toBe(code);
  });

  it.each([
    ['outs:\n- path: x\n', 'without an MD5 sum'],
    ['outs:\n- path: x\n  md5: abc\n', 'an MD5 sum of 32'],
    ['outs: []\n', 'at least one entry'],
    ['a: &a [x]\nouts: *b\n', 'names no anchor'],
    ['- x\n', 'holds no map'],
    ['<<<<<<< HEAD\nouts:\n', ''],
  ])('that is damaged is refused with its place: %j', (text, message) => {
    const failure = failureOf(() => parsePointer(text, 'data/x.dvc'));
    expect(failure.code).toBe('ERR_ML_DVC_INVALID');
    expect(failure.message).toMatch(/^data\/x\.dvc:\d+:\d+ /);
    expect(failure.message).toContain(message);
  });
});

describe('dvc.lock', () => {
  const text = `schema: '2.0'\nstages:\n  train@us:\n    cmd: x\n    outs:\n    - path: ../m.pkl\n      hash: md5\n      md5: ${md5}\n`;

  it('tells what a stage made, relative to its working folder', () => {
    expect(lockedOuts(text, 'dvc.lock', { stage: 'train@us', folder: 'sub' })).toEqual([
      { path: 'm.pkl', md5, isFolder: false, legacy: false },
    ]);
    expect(lockedOuts(text, 'dvc.lock', { stage: 'toString', folder: '' })).toBeUndefined();
  });

  it('of an older schema is refused', () => {
    const old = text.replace("schema: '2.0'\n", '');
    expect(failureOf(() => lockedOuts(old, 'dvc.lock', { stage: 'x', folder: '' })).code).toBe(
      'ERR_ML_DVC_INVALID',
    );
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { readDvcRef } from './given-out.js';
import { folderObjectText } from './objects.js';
import { dvcFileText, refuseRicher } from './written-file.js';

const md5 = '22a1a2931c8370d3aeedd7183606fd7f';

/** Name, md5, and the text that ruamel.yaml 0.17.21, DVC's writer, makes of the entry with default_flow_style off. */
const golden = JSON.parse(readFileSync(join(__dirname, 'fixtures/dvc-files.json'), 'utf8')) as [
  string,
  string,
  string,
][];

describe('a .dvc file', () => {
  it.each(golden)('for %j with md5 %s is what DVC writes, byte for byte', (name, sum, text) => {
    expect(dvcFileText({ md5: sum, size: 4, files: undefined, name })).toBe(text);
  });

  it('of a folder has the number of its files', () => {
    const text = dvcFileText({ md5, size: 64128504, files: 2, name: 'images' });
    expect(text).toBe(
      `outs:\n- md5: ${md5}.dir\n  size: 64128504\n  nfiles: 2\n  hash: md5\n  path: images\n`,
    );
    expect(readDvcRef(text, 'd/images.dvc')).toMatchObject({ isFolder: true, path: 'd/images' });
  });

  it.each(['raw.csv', 'my data.csv', 'ab: b.csv', '1e3', "it's.csv", 'é 数.csv', '#a'])(
    'for %j is read back as it was written',
    (name) => {
      const text = dvcFileText({ md5, size: 4, files: undefined, name });
      expect(readDvcRef(text, 'd/x.dvc').path).toBe(`d/${name}`);
    },
  );

  it.each([
    [`outs:\n- md5: ${md5}\n  hash: md5\n  path: a\n  desc: mine\n`, 'desc', 'dvc add'],
    [`outs:\n- md5: ${md5}\n  hash: md5\n  path: a\nmeta: { a: 1 }\n`, 'meta', 'dvc add'],
    [`deps:\n- path: x\nouts:\n- md5: ${md5}\n  hash: md5\n  path: a\n`, 'deps', 'dvc update'],
    [`outs:\n- path: a\n- path: b\n`, 'keeps 2 files', 'dvc add'],
    ['outs: [', 'keeps 0 files', 'dvc add'],
  ])('that says more than dvc add writes is not replaced: %j', (text, message, fix) => {
    const failure = failureOf(() => {
      refuseRicher(text, 'a.dvc');
    });
    expect(failure.code).toBe('ERR_ML_DVC_INVALID');
    expect(failure.message).toContain(message);
    expect(failure.fix).toContain(fix);
  });

  it('of DVC 2, or written by us, may be replaced', () => {
    refuseRicher(`outs:\n- md5: ${md5}\n  size: 4\n  path: a\n`, 'a.dvc');
    refuseRicher(dvcFileText({ md5, size: 1, files: 3, name: 'a' }), 'a.dvc');
  });
});

it('the list of a folder is what Python makes of it: json.dumps(sorted(...), sort_keys=True)', () => {
  const sum = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex');
  const files: readonly (readonly [string, string | Buffer])[] = [
    ['\u4e2d/\uffee.bin', Buffer.from([0, 255])],
    ['b/\u{1f600}.csv', 'x'],
    ['a.txt', '1\n'],
    ['b/\u00fc.txt', '2\n'],
    ['B.txt', ''],
  ];
  const text = folderObjectText(files.map(([path, bytes]) => ({ path, md5: sum(bytes) })));
  expect(text).toContain('{"md5": "9dd4e461268c8034f5c8564e155c67a6", "relpath": "b/\\ud83d\\ude00.csv"}');
  expect(sum(text)).toBe('0df092f66ab49aa36396f7b31fc2d8da');
});

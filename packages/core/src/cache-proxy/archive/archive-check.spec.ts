import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';

import { ArchiveCheck } from './archive-check.js';
import type { CheckedArchive } from './archive-check.js';
import { madeUp, tarOf } from './testing/tar-of.js';
import type { TarEntry } from './testing/tar-of.js';

const limits = { bytes: 1_000_000, entries: 100 };

const checked = (tar: Uint8Array, pieces = tar.length): CheckedArchive => {
  const check = new ArchiveCheck(limits);
  for (let at = 0; at < tar.length; at += pieces) check.push(tar.subarray(at, at + pieces));
  return check.end();
};

const malformed = (why: RegExp) =>
  expect.objectContaining({
    code: 'ERR_ML_CACHE_ENTRY_MALFORMED',
    message: expect.stringMatching(why) as string,
  }) as Error;

const long = 'd'.repeat(150);
const longName = (type: string, name: string): TarEntry => ({
  path: '././@LongLink',
  type,
  body: `${name}\0`,
});
const honest: readonly TarEntry[] = [
  { path: 'out', type: '5' },
  { path: 'out/p', type: '5' },
  { path: 'out/p/model.json', body: 'x'.repeat(700) },
  { path: 'out/p/empty', body: '' },
  { path: 'out/p/latest', type: '2', target: 'model.json' },
  { path: 'out/p/up', type: '2', target: '../../libs/./a' },
  longName('L', `out/${long}`),
  { path: `out/${long.slice(0, 90)}`, body: 'long' },
  longName('K', long),
  { path: 'out/far', type: '2', target: long.slice(0, 90) },
  ...madeUp,
];

it('takes what nx 23.2.1 made: folders, long names, links, an empty folder, a file with holes', () => {
  const entry = readFileSync(join(__dirname, 'fixtures/nx-23.2.1.tar.gz'));
  expect(checked(gunzipSync(entry))).toEqual({ entries: 16, bytes: 278_016, code: 0 });
});

it('takes it in pieces of every size', () => {
  const tar = tarOf(honest);
  const whole = checked(tar);
  expect(whole).toEqual({ entries: 10, bytes: tar.length, code: 0 });
  for (const pieces of [1, 3, 511, 512, 513, 4096]) expect(checked(tar, pieces)).toEqual(whole);
});

it('tells the exit code', () => {
  const code = { path: 'code', type: '\0', body: Uint8Array.of(0, 0, 1, 2) };
  expect(checked(tarOf([...madeUp.slice(0, 1), code])).code).toBe(258);
});

const file = (path: string): TarEntry => ({ path, body: 'x' });
const link = (path: string, target: string): TarEntry => ({ path, type: '2', target });

it.each<readonly [string, readonly TarEntry[], RegExp]>([
  ['a path above the workspace', [file('../x')], /leads out/],
  ['a path that climbs in its middle', [file('a/../../x')], /leads out/],
  ['an absolute path', [file('/etc/cron.d/x')], /leads out/],
  ['an absolute path of Windows', [file('C:/x')], /leads out/],
  ['a backslash', [file('..\\x')], /leads out/],
  ['an empty path', [file('')], /leads out/],
  ['a path with an end of a folder', [file('out/')], /leads out/],
  ['a name no file system takes', [longName('L', 'n'.repeat(256)), file('n')], /fits no file system/],
  [
    'a long name that climbs',
    [longName('L', `${'a/'.repeat(60)}${'../'.repeat(70)}x`), file('x')],
    /leads out/,
  ],
  ['an absolute link', [link('l', '/etc')], /the link "l" to "\/etc"/],
  ['a link out', [link('a/l', '../../x')], /the link/],
  ['a link by a link', [link('d', '.'), link('l', 'd/../x')], /the link "l"/],
  ['a link to nothing', [link('l', '')], /the link/],
  ['a file through a link', [link('out', 'libs'), file('out/x')], /below a link/],
  ['a folder through a link', [link('out', 'libs'), { path: 'out/a', type: '5' }], /below a link/],
  ['a file below a file', [file('out'), file('out/x')], /below a file/],
  ['a file where a folder was', [file('out/x'), file('out')], /as file and folder/],
  ['a link where a folder was', [file('out/x'), link('out', 'libs')], /as file and folder/],
  ['a name twice', [file('x'), file('x')], /twice/],
  ['a name twice by case', [file('x'), file('X')], /twice/],
  ['a name twice by form', [file('\u00e9'), file('e\u0301')], /twice/],
  ['a hard link', [{ path: 'h', type: '1', target: 'x' }], /a hard link/],
  ['a character device', [{ path: 'h', type: '3' }], /a device/],
  ['a block device', [{ path: 'h', type: '4' }], /a device/],
  ['a pipe', [{ path: 'h', type: '6' }], /a pipe/],
  ['a sparse file', [{ path: 'h', type: 'S' }], /a sparse file/],
  ['a pax header', [{ path: 'h', type: 'x', body: '12 path=../x\n' }], /a pax header/],
  ['an unknown type', [{ path: 'h', type: 'Z' }], /type "Z"/],
  [
    'a name in two fields',
    [
      {
        ...file('h'),
        raw: [
          [257, 'ustar\x0000'],
          [345, '..'],
        ],
      },
    ],
    /another kind/,
  ],
  ['a folder with bytes', [{ path: 'h', type: '5', body: 'x' }], /folder that has bytes/],
  ['a folder nobody can fill', [{ path: 'h', type: '5', mode: 0o500 }], /may not read or fill/],
  ['a file nobody can read', [{ path: 'h', mode: 0o200 }], /may not read or fill/],
  ['a wrong checksum', [{ path: 'h', checksum: 1 }], /checksum/],
  ['a negative size', [{ path: 'h', raw: [[124, '-0000000001\0']] }], /size/],
  ['a size in base 256', [{ path: 'h', raw: [[124, '\x80\0\0\0\0\0\0\0\0\0\0\x01']] }], /size/],
  ['a name that is no UTF-8', [{ path: 'h', raw: [[0, '\xff\xfe']] }], /no UTF-8/],
  ['two long names', [longName('L', 'a'), longName('L', 'b'), file('x')], /said twice/],
  ['a long name without an end', [{ path: 'l', type: 'L', body: 'abc' }, file('x')], /without an end/],
  ['a long name of nothing', [{ path: 'l', type: 'L', body: '\0' }, file('x')], /empty/],
  ['too many entries', Array.from({ length: 101 }, (_, at) => file(String(at))), /more than 100/],
  ['too many bytes', [{ path: 'x', body: 'x'.repeat(1_000_000) }], /more than 1000000/],
  ['an output folder named code, with which Nx ends the run', [{ path: 'code', type: '5' }], /holds code/],
  ['an exit code twice', [{ path: 'code', body: '\0\0\0\0' }], /holds code/],
  ['an exit code below', [file('code/x')], /holds "code" as file/],
])('refuses %s', (_, entries, why) => {
  const tar = tarOf([...entries, ...madeUp]);
  expect(() => checked(tar)).toThrow(malformed(why));
  expect(() => checked(tar, 100)).toThrow(malformed(why));
});

it.each<readonly [string, Buffer, RegExp]>([
  ['nothing', Buffer.alloc(0), /ends before/],
  ['an end alone', Buffer.alloc(1024), /lacks the exit code/],
  ['an archive without the output', tarOf(madeUp.slice(1)), /lacks/],
  ['an archive without the code', tarOf(madeUp.slice(0, 1)), /lacks/],
  ['an exit code of 3 bytes', tarOf([{ path: 'code', body: '123' }]), /3 bytes/],
  ['an output that is no UTF-8', tarOf([{ path: 'terminalOutput', body: Uint8Array.of(255) }]), /UTF-8/],
  [
    'an output that ends within a letter',
    tarOf([{ path: 'terminalOutput', body: Uint8Array.of(195) }]),
    /UTF-8/,
  ],
  ['one without its end', tarOf(honest).subarray(0, -513), /ends before/],
  ['one cut within a header', tarOf(honest).subarray(0, 700), /ends before/],
  ['one cut within a file', tarOf(honest).subarray(0, 1700), /ends before/],
  ['one that ends after a name', tarOf([longName('L', 'x')]), /after the name/],
  ['one that goes on', Buffer.concat([tarOf(honest), tarOf(honest)]), /goes on/],
  ['no tar', Buffer.from('<html>'.repeat(1000)), /checksum/],
])('refuses %s', (_, tar, why) => {
  expect(() => checked(tar)).toThrow(malformed(why));
});

it('never throws anything else, whatever the bytes are', () => {
  const tar = tarOf(honest);
  const change = fc.tuple(fc.nat(tar.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(tar.length), (changes, length) => {
      const changed = Buffer.from(tar.subarray(0, length));
      for (const [at, byte] of changes) if (at < length) changed[at] = byte;
      try {
        expect(checked(changed).bytes).toBe(length);
      } catch (error) {
        expect(error).toEqual(malformed(/./));
      }
    }),
    { numRuns: 500 },
  );
});

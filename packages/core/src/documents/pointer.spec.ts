import { digestOf } from '../kernel/index.js';
import { decodePointer, encodePointer, readPointer } from './pointer.js';
import type { PointerSource } from './pointer-source.js';
import { failureOf } from '../kernel/testing/failure-of.js';

const ref = { kind: 'tree', digest: digestOf('mails'), size: 1234, files: 7 } as const;
const text = encodePointer(ref);

describe('pointer', () => {
  it('is one key a line, sorted, with a final newline, and under 1 KB at its largest', () => {
    expect(text).toBe(
      `{\n  "digest": "${ref.digest}",\n  "files": 7,\n  "formatVersion": 1,\n  "kind": "tree",\n  "size": 1234\n}\n`,
    );
    const largest = { ...ref, size: Number.MAX_SAFE_INTEGER, files: Number.MAX_SAFE_INTEGER };
    expect(encodePointer(largest).length).toBeLessThan(1024);
  });

  it('is read with the line ends that git may give it', () => {
    expect(decodePointer(text.replaceAll('\n', '\r\n'), 'f')).toEqual(ref);
    expect(decodePointer(`\uFEFF${text}`, 'f')).toEqual(ref);
  });

  it('with marks of a merge is refused with the way out', () => {
    const merged = text.replace('  "size"', '<<<<<<< HEAD\n  "size": 1\n=======\n  "size"');
    const failure = failureOf(() => decodePointer(merged, 'data/mails.ref.json'));
    expect(failure.code).toBe('ERR_ML_POINTER_INVALID');
    expect(failure.message).toBe('data/mails.ref.json holds the marks of an unresolved merge');
    expect(failure.fix).toContain('git checkout --ours');
  });

  it.each([
    [
      text.replace('"files": 7', '"files": 7,\n  "files": 8'),
      'f:4:3 is no data pointer: the key "files" stands twice',
    ],
    [text.replace('"files": 7', '"files": -7'), /files/],
    [text.replace('"files": 7', '"files": 7.5'), /files/],
    [text.replace('sha256', 'md5'), /digest not a digest/],
    [text.replace('"tree"', '"file"'), /a file counts as one file/],
    [text.replace('"tree"', '"link"'), /kind/],
    [text.replace('"kind"', '"path": "../x",\n  "kind"'), /path/],
    [text.slice(0, 80), /^f:\d+:\d+ is no data pointer: /],
    ['id,label\n'.repeat(200), /at most 1,024/],
  ])('%j is refused', (broken, message) => {
    expect(() => decodePointer(broken, 'f')).toThrow(message);
  });
});

describe('a pointer with a source', () => {
  const commit = 'a'.repeat(40);
  const imported = { repository: '../data', revision: commit, path: 'd/mails.ref.json' };

  it.each<PointerSource>([
    { url: 'https://example.org/mails.csv?version=3' },
    imported,
    { ...imported, repository: 'git@example.org:team/data.git' },
    { ...imported, repository: 'ssh://git@example.org/data.git' },
  ])('is read as it was written: %j', (source) => {
    const written = encodePointer(ref, source);
    expect(readPointer(written, 'f')).toEqual({ ref, source });
    expect(decodePointer(written, 'f')).toEqual(ref);
    expect(written).toContain('"formatVersion": 2');
  });

  it.each([
    { url: 'https://user:secret@example.org/x' },
    { url: 'ftp://example.org/x' },
    { url: 'javascript:alert(1)' },
    { url: `https://example.org/${'x'.repeat(600)}` },
    { url: 'https://example.org/\u0000' },
    { ...imported, repository: '--upload-pack=touch x' },
    { ...imported, repository: 'https://user:secret@example.org/data.git' },
    { ...imported, revision: 'main' },
    { ...imported, path: '../../etc/passwd' },
    { ...imported, path: '/etc/passwd' },
    { ...imported, url: 'https://example.org/x' },
    { ...imported, more: 1 },
    {},
    [],
    'https://example.org/x',
  ])('that no pointer may have is neither written nor read: %j', (source) => {
    expect(failureOf(() => encodePointer(ref, source as PointerSource)).code).toBe('ERR_ML_POINTER_INVALID');
    const body = JSON.stringify({ ...ref, formatVersion: 2, source });
    expect(failureOf(() => decodePointer(body, 'f')).code).toBe('ERR_ML_POINTER_INVALID');
  });

  it('belongs to format 2 alone, and format 2 has one', () => {
    const first = JSON.stringify({ ...ref, formatVersion: 1, source: imported });
    const second = JSON.stringify({ ...ref, formatVersion: 2 });
    for (const body of [first, second]) expect(() => decodePointer(body, 'f')).toThrow(/source/);
    const third = JSON.stringify({ ...ref, formatVersion: 3 });
    expect(() => decodePointer(third, 'f')).toThrow('newer nx-ml; this one reads formats 1 and 2');
  });
});

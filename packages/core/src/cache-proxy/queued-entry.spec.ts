import fc from 'fast-check';

import type { TaskHash } from '../cache/index.js';
import { digestOf } from '../kernel/index.js';
import { parseQueuedFileName, queuedFileName } from './queued-entry.js';

const owner = { token: 'nxml_0123', upstream: 'https://cache.example.org' };
const entry = { hash: '12345' as TaskHash, digest: digestOf('body') };

it('finds an entry by the name of its file, on systems that know no case too', () => {
  const hashes = fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/).map((text) => text as TaskHash);
  fc.assert(
    fc.property(hashes, (hash) => {
      const name = queuedFileName({ ...entry, hash }, owner) ?? '';
      expect(name).toBe(name.toLowerCase());
      expect(parseQueuedFileName(name, owner)).toEqual({ ...entry, hash });
    }),
  );
});

it('is not the entry of whoever holds another token, or asks another server', () => {
  const name = queuedFileName(entry, owner) ?? '';
  expect(parseQueuedFileName(name, { ...owner, token: 'other' })).toBeUndefined();
  expect(parseQueuedFileName(name, { ...owner, upstream: 'https://other.example.org' })).toBeUndefined();
});

it('is not what others name, or rename', () => {
  const name = queuedFileName(entry, owner) ?? '';
  const other = queuedFileName({ ...entry, hash: '54321' as TaskHash }, owner) ?? '';
  const mixed = [...other.split('.').slice(0, 2), ...name.split('.').slice(2)].join('.');
  for (const wrong of ['', 'x.entry', `${name}.part`, name.replace('12345', '12346'), mixed, `../${name}`])
    expect(parseQueuedFileName(wrong, owner)).toBeUndefined();
});

it('gives no name that no file system takes', () => {
  expect(queuedFileName({ ...entry, hash: 'A'.repeat(128) as TaskHash }, owner)).toBeUndefined();
});

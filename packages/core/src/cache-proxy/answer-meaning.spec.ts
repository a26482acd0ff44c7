import { readMeaning, retryAfterMs, writeMeaning } from './answer-meaning.js';
import type { NetworkFailure } from './upstream-end.js';

const read = (status: number) => readMeaning({ kind: 'answered', status }).kind;
const write = (status: number) => writeMeaning({ kind: 'answered', status }).kind;
const statuses = Array.from({ length: 500 }, (_, at) => at + 100);
const those = (kind: string, of: (status: number) => string) =>
  statuses.filter((status) => of(status) === kind);

it('takes one status for an entry, and one for none', () => {
  expect(those('entry', read)).toEqual([200]);
  expect(those('absent', read)).toEqual([404]);
  expect(those('unauthorized', read)).toEqual([401]);
});

it('asks again where it may pass', () => {
  const passing = [408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 522, 524, 529];
  expect(those('again', read)).toEqual(passing);
  expect(those('again', write)).toEqual(passing);
});

it('sends an entry no second time that is stored, taken or never wanted', () => {
  expect(those('stored', write)).toEqual(statuses.filter((status) => status >= 200 && status < 300));
  expect(those('taken', write)).toEqual([409, 412]);
  expect(those('unwanted', write)).toEqual([400, 411, 413, 415, 422]);
  expect(those('read-only', write)).toEqual([403]);
  expect(those('unauthorized', write)).toEqual([401]);
});

it('tells why of everything else', () => {
  expect(readMeaning({ kind: 'answered', status: 302 })).toEqual({
    kind: 'wrong',
    why: 'it leads elsewhere, which is not followed (302)',
  });
  expect(read(403)).toBe('wrong');
  expect(write(404)).toBe('wrong');
});

it.each<readonly [NetworkFailure, string]>([
  ['unknown-host', 'again'],
  ['unreachable', 'again'],
  ['certificate', 'wrong'],
  ['silent', 'again'],
  ['slow', 'wrong'],
  ['broken', 'again'],
  ['garbage', 'wrong'],
])('of %s: %s', (failure, kind) => {
  expect(readMeaning({ kind: 'failed', failure }).kind).toBe(kind);
  expect(writeMeaning({ kind: 'failed', failure }).kind).toBe(kind);
});

it('waits as long as it is asked to, by the clock of the server', () => {
  expect(retryAfterMs('7', undefined)).toBe(7000);
  const [now, then] = ['Fri, 27 Nov 2026 12:00:00 GMT', 'Fri, 27 Nov 2026 12:01:00 GMT'];
  expect(retryAfterMs(then, now)).toBe(60_000);
  for (const header of [undefined, '', '-1', '1e9', 'soon', '9999999999', now])
    expect(retryAfterMs(header, then)).toBeUndefined();
  expect(readMeaning({ kind: 'answered', status: 503, retryAfterMs: 5 })).toMatchObject({ afterMs: 5 });
});

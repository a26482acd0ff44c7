import { cacheProxyText } from './cache-proxy-text.js';

const reads = { hits: 0, misses: 0, unanswered: 0, refused: 0, bytes: 0 };
const writes = { sent: 0, taken: 0, kept: 0, dropped: 0, bytes: 0 };
const upstream = 'https://cache.example.org';

it('says in one line what a good cache did', () => {
  const summary = {
    reads: { ...reads, hits: 12, misses: 1, bytes: 3_400_000 },
    writes: { ...writes, sent: 1, bytes: 5100 },
    troubles: [],
  };
  expect(cacheProxyText(summary, upstream)).toBe(
    'remote cache https://cache.example.org: 12 hits (3.4 MB), 1 miss, 1 entry sent (5.1 kB)\n',
  );
});

it('says why it was not more', () => {
  const summary = {
    reads: { ...reads, misses: 1, unanswered: 2, refused: 1 },
    writes: { ...writes, taken: 3, kept: 2, dropped: 1 },
    troubles: [
      { why: 'it gives no answer', times: 2 },
      { why: 'it lies', times: 1 },
    ],
  };
  expect(cacheProxyText(summary, upstream)).toBe(
    [
      'remote cache https://cache.example.org: 0 hits, 4 misses, 0 entries sent, 3 were there, 2 kept for the next start, 1 dropped\n',
      ' It did less than it could:\n',
      '  2 x it gives no answer\n',
      '  it lies\n',
    ].join(''),
  );
});

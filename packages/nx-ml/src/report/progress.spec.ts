import { progressText, showProgress } from './progress.js';

describe('progressText', () => {
  const start = { at: 0, files: 0, bytes: 0 };

  it('says only what is known', () => {
    expect(progressText('hashing', [start])).toBe('hashing');
    expect(progressText('hashing', [start, { at: 2000, files: 3, bytes: 0 }])).toBe(
      'hashing  3 files  2 files/s',
    );
    expect(progressText('hashing', [start, { at: 1000, files: 1, bytes: 5000 }])).toBe(
      'hashing  1 file  5.0 kB  5.0 kB/s',
    );
  });

  it('tells the time left by the bytes where their whole is known', () => {
    expect(
      progressText('pushing', [start, { at: 1000, files: 1, bytes: 250 }], { files: 2, bytes: 1000 }),
    ).toBe('pushing  1 of 2 files  250 B of 1.0 kB  250 B/s  about 3.0 s left');
  });

  it('tells it by the files where that is all there is', () => {
    expect(progressText('linking', [start, { at: 1000, files: 50, bytes: 0 }], { files: 200 })).toBe(
      'linking  50 of 200 files  50 files/s  about 3.0 s left',
    );
  });

  it('goes by the last ten seconds', () => {
    const samples = [start, { at: 60_000, files: 1, bytes: 100 }, { at: 61_000, files: 1, bytes: 1100 }];
    expect(progressText('pulling', samples, { bytes: 3100 })).toContain('1.0 kB/s  about 2.0 s left');
  });

  it('promises nothing when all is done or nothing moves', () => {
    const done = { at: 1000, files: 2, bytes: 10 };
    expect(progressText('pulling', [start, done], { bytes: 10 })).not.toContain('left');
    expect(progressText('pulling', [done, { ...done, at: 2000 }], { bytes: 20 })).toBe(
      'pulling  2 files  10 B of 20 B',
    );
  });
});

describe('showProgress', () => {
  let now: number;
  let written: string[];
  const stream = (isTTY: boolean) => ({
    isTTY,
    columns: 40,
    write: (text: string) => {
      written.push(text);
    },
  });
  const show = (isTTY = true) => showProgress('hashing', { stream: stream(isTTY), now: () => now });

  beforeEach(() => {
    now = 0;
    written = [];
  });

  it('is silent where there is no terminal', () => {
    const progress = show(false);
    now = 5000;
    progress.advance({ files: 1 });
    progress.end();
    expect(written).toEqual([]);
  });

  it('is silent for what takes no time', () => {
    const progress = show();
    progress.advance({ files: 100 });
    progress.end();
    expect(written).toEqual([]);
  });

  it('draws one line over itself, not too often, and takes it away', () => {
    const progress = show();
    progress.expect({ files: 4 });
    for (now of [600, 610, 800]) progress.advance({ files: 1 });
    progress.end();
    expect(written).toEqual([
      '\rhashing  1 of 4 files  2 files/s  about\u001b[K',
      '\rhashing  3 of 4 files  4 files/s  about\u001b[K',
      '\r\u001b[K',
    ]);
  });

  it('takes totals as well', () => {
    const progress = show();
    now = 1000;
    progress.reach({ files: 1, bytes: 10, ofFiles: 2 });
    progress.end();
    expect(written[0]).toBe('\rhashing  1 of 2 files  10 B  10 B/s  ab\u001b[K');
  });
});

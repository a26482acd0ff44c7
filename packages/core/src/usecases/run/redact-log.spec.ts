import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { redactLog } from './redact-log.js';

describe('redactLog', () => {
  let folder: string;
  let log: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-log-'));
    log = join(folder, 'log.txt');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const redacted = async (text: string, ...secrets: readonly string[]) => {
    writeFileSync(log, text);
    await redactLog(log, secrets);
    return readFileSync(log, 'utf8');
  };

  it('takes every value of every secret out', async () => {
    expect(await redacted('a hf_abc b hf_abc\nkey=s3cr3t\n', 'hf_abc', 's3cr3t')).toBe(
      'a *** b ***\nkey=***\n',
    );
  });

  it('leaves a log without them, an empty one and values too short to guard', async () => {
    expect(await redacted('nothing here\n', 'hf_abc')).toBe('nothing here\n');
    expect(await redacted('', 'hf_abc')).toBe('');
    expect(await redacted('abcabc', 'abc')).toBe('abcabc');
  });

  it('finds a value across two reads', async () => {
    const edge = 8 * 1024 * 1024;
    for (const shift of [1, 3, 6]) {
      const text = `${'x'.repeat(edge - shift)}hf_abc${'y'.repeat(10)}`;
      expect(await redacted(text, 'hf_abc')).toBe(text.replace('hf_abc', '***'));
    }
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ContentMemory } from './content-memory.js';

describe('ContentMemory', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-memory-'));
    file = join(folder, 'deep/memory.json');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps entries for the next process, and leaves nothing else behind', () => {
    const first = new ContentMemory<number>(file, 'build 1');
    expect(first.get('a')).toBeUndefined();
    first.replace(new Map([['a', 1]]));
    expect(first.get('a')).toBe(1);
    expect(new ContentMemory<number>(file, 'build 1').get('a')).toBe(1);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['memory.json']);
  });

  it('forgets what another build of the plugin inferred', () => {
    new ContentMemory<number>(file, 'build 1').replace(new Map([['a', 1]]));
    expect(new ContentMemory<number>(file, 'build 2').get('a')).toBeUndefined();
  });

  it.each(['', '{', '{"maker":"build 1"}', '[]', 'null'])('is empty when it is damaged: %j', (text) => {
    new ContentMemory<number>(file, 'build 1').replace(new Map());
    writeFileSync(file, text);
    expect(new ContentMemory<number>(file, 'build 1').get('a')).toBeUndefined();
  });
});

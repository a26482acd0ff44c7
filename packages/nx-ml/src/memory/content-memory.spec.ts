import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ContentMemory } from './content-memory.js';
import { Noted } from './noted.js';

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

  it('keeps of notes what was asked for or made, and writes nothing where all was known', () => {
    new ContentMemory<number>(file, 'build 1').replace(
      new Map([
        ['asked', 1],
        ['left', 2],
      ]),
    );
    const notes = new Noted(new ContentMemory<number>(file, 'build 1'));
    expect([notes.get('asked'), notes.get('new')]).toEqual([1, undefined]);
    notes.keep();
    expect(new ContentMemory<number>(file, 'build 1').get('left')).toBe(2);
    notes.set('new', 3);
    notes.keep();
    const later = new ContentMemory<number>(file, 'build 1');
    expect(['asked', 'left', 'new'].map((key) => later.get(key))).toEqual([1, undefined, 3]);
  });
});

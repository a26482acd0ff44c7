import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ContentMemory } from '../memory/index.js';
import { Parsed } from './parsed.js';

describe('Parsed', () => {
  let folder: string;
  const memory = () => new ContentMemory<string>(join(folder, 'texts.json'), 'this build');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-parsed-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('parses each content once, in this process and the next', () => {
    let parses = 0;
    const parse = (): string => `parsed ${String((parses += 1))}`;
    const first = new Parsed(memory());
    expect([first.get('a', parse), first.get('a', parse), first.get('b', parse)]).toEqual([
      'parsed 1',
      'parsed 1',
      'parsed 2',
    ]);
    first.keep();
    const second = new Parsed(memory());
    expect(second.get('b', parse)).toBe('parsed 2');
    second.keep(); // Nothing new, so nothing is written, and "a" stays.
    expect(new Parsed(memory()).get('a', parse)).toBe('parsed 1');
    expect(parses).toBe(2);
  });

  it('keeps what was used, not what once was', () => {
    const first = new Parsed(memory());
    first.get('old', () => '1');
    first.keep();
    const second = new Parsed(memory());
    second.get('new', () => '2');
    second.keep();
    expect([memory().get('old'), memory().get('new')]).toEqual([undefined, '2']);
  });

  it('needs no memory', () => {
    const parsed = new Parsed<string>();
    expect(parsed.get('a', () => '1')).toBe('1');
    parsed.keep();
  });
});

import { together } from './change.js';
import type { Change } from './change.js';

const change = (name: string, more: Partial<Change>): Change => ({
  name,
  tree: '',
  files: [name],
  ignored: {},
  env: {},
  results: { [`${name}:train`]: '' },
  ...more,
});
const groups = (...changes: readonly Change[]) =>
  together(changes).map((group) => group.map(({ name }) => name));

describe('changes that are made at once', () => {
  it('share nothing', () => {
    expect(groups(change('a', {}), change('b', {}), change('c', {}))).toEqual([['a', 'b', 'c']]);
  });

  it.each<[string, Partial<Change>]>([
    ['touches a file of another', { files: ['b', 'a'] }],
    ['leads to a result of another', { results: { 'b:train': '', 'a:train': '' } }],
    ['wants an environment of its own', { env: { THREADS: '4' } }],
  ])('are without one that %s', (_, more) => {
    expect(groups(change('a', {}), change('b', more), change('c', {}))).toEqual([['a', 'c'], ['b']]);
  });
});

import fc from 'fast-check';

import { editDistance, nearestWord } from './nearest-word.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['trian', 'train', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['evalute', 'evaluate', 1],
    ['seedss', 'seeds', 1],
  ])('%s to %s costs %i', (a, b, cost) => {
    expect(editDistance(a, b)).toBe(cost);
  });

  it('is symmetric, 0 only for equals, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('nearestWord', () => {
  const known = ['train', 'evaluate', 'params', 'data', 'models'];

  it.each([
    ['trian', 'train'],
    ['Train', 'train'],
    ['evaluation', 'evaluate'],
    ['model', 'models'],
    ['date', 'data'],
  ])('%s was meant to be %s', (word, meant) => {
    expect(nearestWord(word, known)).toBe(meant);
  });

  it.each(['foo', 'x', 'serve', 't'.repeat(65)])('%s is near nothing', (word) => {
    expect(nearestWord(word, known)).toBeUndefined();
  });
});

import { MemoryEntries } from './memory-entries.js';
import type { SmallEntry } from './memory-entries.js';

const entry = (bytes: number): SmallEntry => ({ body: Buffer.alloc(bytes) }) as unknown as SmallEntry;
/** Each costs 2 KB. */
const cost = 2048;
const filled = (names: string, limit = names.length): MemoryEntries => {
  const memory = new MemoryEntries(limit * cost);
  for (const name of names) memory.keep(name, entry(1024));
  return memory;
};
const left = (memory: MemoryEntries, names: string): string =>
  Array.from(names)
    .filter((name) => memory.get(name) !== undefined)
    .join('');

it('keeps as many as there is room for, the oldest going first', () => {
  expect(left(filled('abcde', 3), 'abcde')).toBe('cde');
});

it('passes once over those that were asked for', () => {
  const memory = filled('abc');
  memory.get('a');
  memory.keep('d', entry(1024));
  expect(left(memory, 'abcd')).toBe('acd');
});

it('lets go of what was asked for long ago', () => {
  const memory = filled('abc');
  memory.get('a');
  for (const name of 'defgh') memory.keep(name, entry(1024));
  expect(left(memory, 'abcdefgh')).toBe('fgh');
});

it('has room for a new one where all were asked for', () => {
  const memory = filled('abc');
  for (const name of 'abc') memory.get(name);
  memory.keep('d', entry(1024));
  expect(left(memory, 'abcd')).toHaveLength(3);
});

it('keeps nothing that is larger than all its room, and counts one anew that is kept again', () => {
  const memory = filled('ab', 3);
  memory.keep('large', entry(3 * cost));
  for (let again = 0; again < 5; again += 1) memory.keep('b', entry(1024));
  memory.keep('c', entry(1024));
  expect(left(memory, 'abc')).toBe('abc');
  expect(memory.get('large')).toBeUndefined();
});

it('has its room again when it forgot', () => {
  const memory = filled('abc');
  memory.forget('a');
  memory.keep('d', entry(1024));
  expect(left(memory, 'abcd')).toBe('bcd');
  memory.forgetAll();
  for (const name of 'xyz') memory.keep(name, entry(1024));
  expect(left(memory, 'abcdxyz')).toBe('xyz');
});

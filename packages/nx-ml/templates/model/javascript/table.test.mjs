import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCsv, partOf, readParts, readTable } from './table.mjs';

const keys = Array.from({ length: 10_000 }, (_, i) => `row ${i}`);

test('parts hold about 60, 20 and 20 percent', () => {
  const share = (part) => keys.filter((key) => partOf(key) === part).length / keys.length;
  assert.ok(Math.abs(share('train') - 0.6) < 0.02);
  assert.ok(Math.abs(share('validation') - 0.2) < 0.02);
  assert.ok(Math.abs(share('test') - 0.2) < 0.02);
});

test('a row is in the part that its key has always had', () => {
  const expected = ['train', 'train', 'train', 'validation', 'train', 'train', 'test', 'train'];
  assert.deepEqual(keys.slice(0, 8).map(partOf), expected);
});

test('copies of a row share a part and differ in id', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'table-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.csv'), 'x,label\n1,yes\n1,yes\n');
  writeFileSync(join(folder, 'b.csv'), 'x,label\n1,yes\n');
  const { columns, train, validation, test: held } = readParts(folder);
  assert.deepEqual(columns, ['x']);
  assert.deepEqual([train, validation, held].map(({ length }) => length).sort(), [0, 0, 3]);
  assert.equal(new Set([...train, ...validation, ...held].map(({ id }) => id)).size, 3);
});

test('quotes enclose commas, quotes and line ends', () => {
  assert.deepEqual(parseCsv('\uFEFFa,"b"\r\n"1,2","say ""hi""\n"\n,3'), [
    ['a', 'b'],
    ['1,2', 'say "hi"\n'],
    ['', '3'],
  ]);
});

test('what is no number is named with its place', () => {
  assert.throws(() => readTable('x,label\n1,a\nred,b\n', 'data.csv'), /data\.csv, row 2, column x: "red"/);
  assert.throws(() => readTable('x,label\n1\n', 'data.csv'), /row 1: 1 cells, not 2/);
  assert.throws(() => readTable('x,y\n1,2\n', 'data.csv'), /no column "label"/);
});

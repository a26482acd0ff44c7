import { lstatSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { basename } from 'node:path';

import { MlError } from '../../../kernel/index.js';
import { numbersInRow } from './stat-table.js';
import type { StatTable } from './stat-table.js';
import { unsafe, walkFiles } from './walk.js';

/** What the system says of the files at a path, now. */
export type StatRows = Pick<StatTable, 'isFolder' | 'paths' | 'numbers'>;

/**
 * @param absolute of a file or a folder.
 * @returns undefined when nothing is there.
 * @throws MlError ERR_ML_PATH_UNSAFE, ERR_ML_SOURCE_CHANGED
 */
export function statRows(absolute: string): StatRows | undefined {
  const stats = look(absolute);
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) return folderRows(absolute);
  if (!stats.isFile())
    throw unsafe(absolute, '', stats.isSymbolicLink() ? 'is a symbolic link' : 'is no regular file');
  const numbers = new BigInt64Array(numbersInRow);
  write(numbers, 0, stats);
  return { isFolder: false, paths: [basename(absolute)], numbers };
}

function folderRows(folder: string): StatRows {
  const paths = walkFiles(folder);
  const numbers = new BigInt64Array(paths.length * numbersInRow);
  paths.forEach((path, row) => {
    const stats = look(`${folder}/${path}`);
    if (stats === undefined) throw wentAway(`${folder}/${path}`);
    write(numbers, row, stats);
  });
  return { isFolder: true, paths, numbers };
}

function look(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function write(numbers: BigInt64Array, row: number, stats: BigIntStats): void {
  const at = row * numbersInRow;
  numbers[at] = stats.dev;
  numbers[at + 1] = stats.ino;
  numbers[at + 2] = stats.size;
  numbers[at + 3] = stats.mtimeNs;
  numbers[at + 4] = stats.ctimeNs;
}

export interface Compared {
  /** 32 bytes for each row: what the cache says of that path, whether it still holds or not; zero where it knows none. */
  readonly digests: Buffer;
  /** Rows whose numbers are not those of the cache. */
  readonly unknown: readonly number[];
  readonly hasSamePaths: boolean;
}

/** Where nothing changed, the two are equal as a whole; else they are gone through side by side, since both are sorted. */
export function compareTables(rows: StatRows, known: StatTable | undefined): Compared {
  if (known !== undefined && isEqual(rows, known))
    return { digests: known.digests, unknown: [], hasSamePaths: true };
  return compareRows(rows, known);
}

function isEqual(rows: StatRows, known: StatTable): boolean {
  return (
    rows.isFolder === known.isFolder &&
    rows.paths.length === known.paths.length &&
    bytesOf(rows.numbers).equals(bytesOf(known.numbers)) &&
    rows.paths.every((path, row) => path === known.paths[row])
  );
}

function bytesOf(numbers: BigInt64Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function compareRows(rows: StatRows, known: StatTable | undefined): Compared {
  const digests = Buffer.alloc(rows.paths.length * 32);
  const unknown: number[] = [];
  const old = known?.isFolder === rows.isFolder ? known : undefined;
  let at = 0;
  let met = 0;
  rows.paths.forEach((path, row) => {
    while (isBefore(old?.paths[at], path)) at += 1;
    const isMet = old?.paths[at] === path;
    if (isMet) {
      met += 1;
      old.digests.copy(digests, row * 32, at * 32, at * 32 + 32);
    }
    if (!isMet || !hasSameNumbers(rows.numbers, row, old.numbers, at)) unknown.push(row);
  });
  const count = rows.paths.length;
  return { digests, unknown, hasSamePaths: old?.paths.length === count && met === count };
}

function isBefore(a: string | undefined, b: string): boolean {
  return a !== undefined && a < b;
}

function hasSameNumbers(a: BigInt64Array, rowA: number, b: BigInt64Array, rowB: number): boolean {
  for (let index = 0; index < numbersInRow; index += 1)
    if (a[rowA * numbersInRow + index] !== b[rowB * numbersInRow + index]) return false;
  return true;
}

function wentAway(path: string): MlError {
  return new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `${path} went away while its folder was looked at`,
    fix: 'Wait until whatever writes there has ended, then try again.',
  });
}

import { checkBlobName, isBlobName } from '@nx-ml/core/remote';
import type { BlobRange } from '@nx-ml/core/remote';

import { Refusal } from '../http/refusal.js';

/** On every answer, so that no page of a proxy is taken for one, and no 404 of another server for a blob that is not there. */
export const storeHeader = 'x-nx-ml-store';
/** Who creates: a client whose answer was lost asks again, and is told that it was itself. */
export const writerHeader = 'x-nx-ml-writer';
export const offsetHeader = 'upload-offset';

/** Names in one page of a listing, or in one question. */
export const mostNames = 10_000;

export const malformed = (message: string): Refusal =>
  new Refusal(400, { message, fix: 'docs/design/cache.md tells how the store is asked.' });

/** @throws Refusal 400 */
export function nameFrom(text: unknown): string {
  if (typeof text === 'string' && isBlobName(text)) return checkBlobName(text);
  throw malformed('That cannot be the name of a blob');
}

/** @throws Refusal 400 for a prefix that is neither empty nor a folder */
export function prefixFrom(text: unknown): string {
  if (text === undefined || text === '') return '';
  if (typeof text === 'string' && text.endsWith('/') && isBlobName(text.slice(0, -1))) return text;
  throw malformed('A prefix is empty, or a name with a slash behind it');
}

/** @throws Refusal 400 */
export function afterFrom(text: unknown): string {
  if (text === undefined || text === '') return '';
  if (typeof text === 'string' && /^[a-z0-9._@^/-]{1,900}$/.test(text)) return text;
  throw malformed('after is a name, or a place between two');
}

/** @throws Refusal 400 */
export function limitFrom(text: unknown): number {
  const limit = text === undefined ? mostNames : wholeNumber(text);
  if (limit !== undefined && limit >= 1 && limit <= mostNames) return limit;
  throw malformed(`limit is a number from 1 to ${String(mostNames)}`);
}

/** Undefined for what is no whole number of bytes. */
export function wholeNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * What a `Range` asks for. A form that is not known here may be passed over (RFC 9110): then all is sent.
 *
 * @returns 'beyond' where nothing of it is there
 */
export function rangeFrom(text: string | undefined, size: number): BlobRange | 'all' | 'beyond' {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text ?? '') ?? [];
  if (from === undefined) return 'all';
  const [start, end] = [Number(from), to === '' ? size : Math.min(Number(to) + 1, size)];
  if (to !== '' && Number(to) < start) return 'all';
  return start < size ? { start, end } : 'beyond';
}

export interface Announced {
  /** Where what comes begins, bytes. */
  readonly from: number;
  /** Bytes that come. */
  readonly length: number;
  /** Bytes of the whole. */
  readonly size: number;
}

/** What an upload brings. @throws Refusal 411 without a length, 400 where its numbers contradict each other. */
export function announced(length: string | undefined, range: string | undefined): Announced {
  const bytes = wholeNumber(length);
  if (bytes === undefined)
    throw new Refusal(411, { message: 'How much comes must be known', fix: 'Send Content-Length.' });
  if (range === undefined) return { from: 0, length: bytes, size: bytes };
  const [, from, to, size] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(range) ?? [];
  const isWhole = Number(to) - Number(from) + 1 === bytes && Number(to) < Number(size);
  if (!isWhole) throw malformed('Content-Range is bytes <first>-<last>/<size>, and Content-Length fits it');
  return { from: Number(from), length: bytes, size: Number(size) };
}

export const tooLarge = (most: number): Refusal =>
  new Refusal(413, {
    message: `More than ${String(most)} bytes are not taken`,
    fix: 'Ask who runs the server to raise the limit.',
  });

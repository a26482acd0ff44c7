import type { HttpAnswer } from './http-get.js';
import type { SourceVersion } from './partial-download.js';

/** A date stands for bytes only when no other edit can have followed within its second. ms */
const settledMs = 60_000;

/** What an answer with all bytes says that they are. */
export function versionOf({ headers }: HttpAnswer): SourceVersion {
  const isAsIs = (headers.get('content-encoding') ?? 'identity') === 'identity';
  const length = headers.get('content-length');
  const size = isAsIs && length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
  return { validator: isAsIs ? validatorOf(headers) : undefined, size };
}

/** Is this the rest of what came before: of the same version, from there on? */
export function isRestOf(
  { headers }: HttpAnswer,
  received: number,
  { validator, size }: SourceVersion,
): boolean {
  const [, start, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (start === undefined || Number(start) !== received) return false;
  if (size !== undefined && whole !== '*' && Number(whole) !== size) return false;
  const says = validator?.startsWith('"') === true ? headers.get('etag') : headers.get('last-modified');
  return says === null || says === validator;
}

/** Has everything come? A server answers so that is asked for bytes behind the last one. */
export function isNothingLeft({ headers }: HttpAnswer, received: number): boolean {
  return headers.get('content-range') === `bytes */${String(received)}`;
}

function validatorOf(headers: Headers): string | undefined {
  const tag = headers.get('etag');
  if (tag?.startsWith('"') === true) return tag;
  const [modified, date] = [headers.get('last-modified'), headers.get('date')];
  if (modified === null || date === null) return undefined;
  return Date.parse(date) - Date.parse(modified) >= settledMs ? modified : undefined;
}

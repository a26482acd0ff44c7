/** What the head of an answer tells of a body that can be read just as it comes. */
export interface PlainBody {
  readonly etag: string | undefined;
  /** Bytes of the body. */
  readonly length: number;
  /** Bytes of the blob that it is a part of. */
  readonly size: number;
}

export interface AnswerHead {
  readonly status: number;
  /** Undefined where it is anything else: chunked, encoded, of another range, or said twice. */
  readonly body: PlainBody | undefined;
}

/** Bytes from `start`, before `end`. */
export interface AskedRange {
  readonly start: number;
  readonly end: number;
}

const field = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/;

/**
 * Reads the head of an answer of HTTP/1.1 (RFC 9112), from the status line to before the empty line. Only the plainest
 * form is taken; for any other the answer is undefined, and Node's own reader is asked instead.
 */
export function readHead(text: string, asked: AskedRange): AnswerHead | undefined {
  const [line = '', ...fields] = text.split('\r\n');
  const [, status] = /^HTTP\/1\.1 ([2-5]\d\d)(?: .*)?$/.exec(line) ?? [];
  const headers = headersOf(fields);
  if (status === undefined || headers === undefined) return undefined;
  return { status: Number(status), body: status === '206' ? bodyOf(headers, asked) : undefined };
}

/** Undefined where a line is no field, or one is said twice. */
function headersOf(fields: readonly string[]): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of fields) {
    const [, name, value = ''] = field.exec(line) ?? [];
    if (name === undefined || headers.has(name.toLowerCase())) return undefined;
    headers.set(name.toLowerCase(), value.trimEnd());
  }
  return headers;
}

function bodyOf(headers: ReadonlyMap<string, string>, { start, end }: AskedRange): PlainBody | undefined {
  if (headers.has('transfer-encoding') || headers.has('content-encoding')) return undefined;
  const [, length] = /^(\d{1,15})$/.exec(headers.get('content-length') ?? '') ?? [];
  const [, first, last, size] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get('content-range') ?? '') ?? [];
  const isRange = Number(first) === start && Number(last) - start + 1 === Number(length);
  if (!isRange || Number(last) >= Math.min(Number(size), end)) return undefined;
  return { etag: headers.get('etag'), length: Number(length), size: Number(size) };
}

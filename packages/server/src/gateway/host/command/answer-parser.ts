/** A whole answer of a process. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Whether its connection takes another request. */
  readonly isReusable: boolean;
}

/** Bytes of a head, and of an answer. */
const [mostHead, mostBody] = [64 * 1024, 256 * 2 ** 20];

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** The bytes are no answer in HTTP/1.1, or larger than one may be. */
export class BrokenAnswer extends Error {}

interface Head {
  readonly status: number;
  /** Bytes; `chunked`; undefined until the connection closes. */
  readonly length: number | 'chunked' | undefined;
  readonly isReusable: boolean;
}

/**
 * Reads one HTTP/1.1 answer from the bytes of a connection. Just what a process behind a gateway sends; node:http's client does more, and
 * costs as much as the whole rest of a request. Pure.
 */
export class AnswerParser {
  #bytes: Buffer = Buffer.alloc(0);
  #head: Head | undefined;
  readonly #chunks: Buffer[] = [];
  #chunked = 0;

  /** Whether nothing of the answer has come. */
  get isEmpty(): boolean {
    return this.#head === undefined && this.#bytes.length === 0;
  }

  /** @returns the answer, when it is whole. @throws BrokenAnswer */
  add(piece: Buffer): HttpAnswer | undefined {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
    if (this.#bytes.length + this.#chunked > mostBody) throw new BrokenAnswer('its answer is too large');
    this.#head ??= this.#readHead();
    return this.#head === undefined ? undefined : this.#readBody(this.#head);
  }

  /** The connection has closed. @returns the answer, where it ends with its connection. @throws BrokenAnswer where it was not whole */
  end(): HttpAnswer {
    if (this.#head !== undefined && this.#head.length === undefined)
      return this.#answer(this.#head, this.#bytes);
    throw new BrokenAnswer('its connection broke');
  }

  #readHead(): Head | undefined {
    for (;;) {
      const at = this.#bytes.indexOf(headEnd);
      if (at < 0 && this.#bytes.length > mostHead) throw new BrokenAnswer('its answer has no end of a head');
      if (at < 0) return undefined;
      const head = headOf(this.#bytes.toString('latin1', 0, at));
      this.#bytes = this.#bytes.subarray(at + headEnd.length);
      // 100 and its like announce another.
      if (head.status >= 200) return head;
    }
  }

  #readBody(head: Head): HttpAnswer | undefined {
    if (head.length === 'chunked') return this.#readChunks(head);
    if (head.length === undefined || this.#bytes.length < head.length) return undefined;
    if (this.#bytes.length > head.length) throw new BrokenAnswer('it sent more than its answer');
    return this.#answer(head, this.#bytes);
  }

  #readChunks(head: Head): HttpAnswer | undefined {
    for (;;) {
      const at = this.#bytes.indexOf(lineEnd);
      if (at < 0) return undefined;
      const size = chunkSize(this.#bytes.toString('latin1', 0, at));
      const [from, to] = [at + lineEnd.length, at + lineEnd.length + size];
      if (this.#bytes.length < to + lineEnd.length) return undefined;
      if (size === 0) return this.#answer(head, Buffer.concat(this.#chunks));
      this.#chunks.push(this.#bytes.subarray(from, to));
      this.#chunked += size;
      this.#bytes = this.#bytes.subarray(to + lineEnd.length);
    }
  }

  #answer({ status, isReusable, length }: Head, body: Buffer): HttpAnswer {
    return { status, body: body.toString('utf8'), isReusable: isReusable && length !== undefined };
  }
}

function headOf(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: |$)/.exec(first) ?? [];
  if (minor === undefined) throw new BrokenAnswer('its answer is not HTTP/1.1');
  let length: Head['length'];
  let connection = minor === '1' ? 'keep-alive' : 'close';
  for (const line of lines) {
    const at = line.indexOf(':');
    const [name, value] = [
      line.slice(0, at).toLowerCase(),
      line
        .slice(at + 1)
        .trim()
        .toLowerCase(),
    ];
    if (name === 'content-length') length = lengthOf(value);
    else if (name === 'transfer-encoding') length = 'chunked';
    else if (name === 'connection') connection = value;
  }
  if (status === '204' || status === '304') length = 0;
  return { status: Number(status), length, isReusable: connection !== 'close' };
}

function lengthOf(value: string): number {
  if (/^[0-9]{1,9}$/.test(value) && Number(value) <= mostBody) return Number(value);
  throw new BrokenAnswer('its answer has no length that can be');
}

function chunkSize(line: string): number {
  const [, size] = /^([0-9a-fA-F]{1,7})(?:;.*)?$/.exec(line) ?? [];
  if (size === undefined) throw new BrokenAnswer('its answer has a broken chunk');
  return Number.parseInt(size, 16);
}

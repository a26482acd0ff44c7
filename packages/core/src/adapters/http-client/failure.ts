/** What a server answered that was no success. Never leaves the adapter that asked: its `refusal.ts` makes an MlError of it. */
export class AnswerFailure extends Error {
  constructor(
    readonly status: number,
    /** The server's word for it, such as S3's `NoSuchKey`; empty where the answer has none. */
    readonly code: string,
    /** What the server says of itself: its clock, and S3 the bucket's region. */
    readonly told: { readonly date?: string | undefined; readonly region?: string | undefined } = {},
  ) {
    super(`HTTP ${String(status)}${code === '' ? '' : ` ${code}`}`);
    this.name = 'AnswerFailure';
  }
}

/** A connection that broke, stalled, or brought something that is no answer of such a server. */
export class TransportFailure extends Error {
  constructor(
    message: string,
    readonly isLasting = false,
  ) {
    super(message);
    this.name = 'TransportFailure';
  }
}

/** @param idle milliseconds */
export function stalled(idle: number): TransportFailure {
  return new TransportFailure(`nothing moved for ${String(Math.round(idle / 1000))} s`);
}

/** A failure of the source of an upload: not ours to mend, retry or rename. */
export class SourceFailure extends Error {
  constructor(readonly source: unknown) {
    super('The source of an upload failed');
    this.name = 'SourceFailure';
  }
}

/** Words of S3 servers, which name some of them with a status that says otherwise. */
const passingCodes = new Set([
  'BadDigest',
  'InternalError',
  'OperationAborted',
  'ConditionalRequestConflict',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  // Both tell that the bytes which came are not those that were sent.
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
]);

/** Is it worth another try? */
export function isPassing(error: unknown): boolean {
  if (error instanceof TransportFailure) return !error.isLasting;
  if (!(error instanceof AnswerFailure)) return false;
  return passingCodes.has(error.code) || [408, 429, 500, 502, 503, 504].includes(error.status);
}

/** Errors of the network, by the system's or OpenSSL's name for them, that no second try will mend. */
const lasting = /^(ENOTFOUND|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO|HPE_)/;

/** Makes of whatever the network threw a failure that holds a code and nothing else: no header, no address. */
export function transportFailure(error: unknown): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const known = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  const code = known.code ?? known.errors?.[0]?.code;
  const text = typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'the connection broke';
  return new TransportFailure(text, lasting.test(text));
}

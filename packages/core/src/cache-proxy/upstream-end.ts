/** How a request to the cache server ended, as far as the network tells. */
export type UpstreamEnd =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'failed'; readonly failure: NetworkFailure };

/** Why there is no whole answer. */
export type NetworkFailure =
  /** The name leads nowhere. */
  | 'unknown-host'
  /** Nobody listens, or the network has no way there. */
  | 'unreachable'
  /** A certificate that is not the server's, or is not trusted. */
  | 'certificate'
  /** No connection, no first byte, or nothing more, for too long. */
  | 'silent'
  /** Bytes come, and too slowly. */
  | 'slow'
  /** The connection broke. */
  | 'broken'
  /** What came is no HTTP, or has more headers than any server needs. */
  | 'garbage';

import type { Pace } from '../http/pace.js';

const mebibyte = 2 ** 20;

/** What a client may ask of the server. Bytes and milliseconds. */
export interface ServerLimits {
  /** The largest body of an entry. */
  readonly maxEntry: number;
  /** The largest body of any other request that is read as a whole. */
  readonly maxJson: number;
  /** All headers of a request together. */
  readonly maxHeaders: number;
  /** For the handshake of TLS, and for the headers of a request. */
  readonly headersMs: number;
  /** A connection on which nothing moves is closed. */
  readonly idleMs: number;
  /** How slow the body of a request may be. */
  readonly pace: Pace;
  /** For the headers and the body of one request. */
  readonly requestMs: number;
  /** Between two requests of a connection. */
  readonly keepAliveMs: number;
  /** Connections at once; more are not accepted. */
  readonly maxConnections: number;
  /** Of small entries that are kept in memory. */
  readonly memory: number;
}

export const defaultLimits: ServerLimits = {
  maxEntry: 4 * 1024 * mebibyte,
  maxJson: 4 * mebibyte,
  maxHeaders: 16 * 1024,
  headersMs: 30_000,
  idleMs: 60_000,
  pace: { every: 60_000, least: 64 * 1024 },
  requestMs: 60 * 60_000,
  keepAliveMs: 75_000,
  maxConnections: 1024,
  memory: 64 * mebibyte,
};

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Access } from '../access/access.js';

/** Of a request, as it is known when its answer has gone or its connection broke. */
export interface Asked {
  /** As Fastify has it: `/v1/cache/:hash`. */
  readonly route: string | undefined;
  /** Of the client, maybe behind a proxy. */
  readonly ip: string;
  readonly access: Access | null;
  /** Bytes of the answer's body, as its head says; undefined for none. */
  readonly out: unknown;
  /** A fault of ours, for the log alone. */
  readonly failure?: unknown;
}

/** Begins to watch a request: it is counted, and its line written, when its answer has gone or its connection broke. */
export type Watch = (request: IncomingMessage, response: ServerResponse, asked: () => Asked) => void;

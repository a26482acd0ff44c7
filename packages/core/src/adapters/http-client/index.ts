/**
 * How the remotes that speak HTTP ask for bytes: requests over kept connections, tried again while that may help, downloads that go on
 * where they broke, large answers read into large blocks. Whose requests they are, and what an answer means, `remote-s3` and
 * `remote-http` say. `target-gateway` takes a single exchange alone.
 */
export { HttpClient } from './client.js';
export type { Answer, HttpRequest, Payload } from './client.js';
export { exchange } from './exchange.js';
export { AnswerFailure, isPassing, SourceFailure, transportFailure, TransportFailure } from './failure.js';
export { gathered } from './gathered.js';
export { backOff, defaultPatience, insist } from './patience.js';
export type { Patience } from './patience.js';
export { Progress } from './progress.js';
export { parseRate, RateLimit } from './rate-limit.js';
export { readBlob } from './read.js';
export type { RangeRequest, RangeServer } from './read.js';
export { tlsMend } from './tls-mend.js';
export type { WireRequest } from './wire.js';

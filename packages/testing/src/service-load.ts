import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface LoadOptions {
  /** Of `infer`. */
  readonly url: string;
  /** What is asked, one after another and over again. */
  readonly bodies: readonly Buffer[];
  /** How many ask at once; each asks anew as soon as it has its answer. */
  readonly clients: number;
}

interface Answers {
  answered: number;
  failed: number;
}

export interface LoadCounts extends Answers {
  /** Turned away with another status than 200 and 500. */
  refused: number;
  /** Without any answer. */
  lost: number;
  /** By the release that the answer names, in the order of their first answers. */
  readonly byRelease: Record<string, Answers>;
  /** Of performance.now(). */
  lastFailure: number | undefined;
}

export interface ServiceLoad {
  /** They grow while it lasts. */
  readonly counts: LoadCounts;
  /** Resolves when the last client has its answer. */
  stop(): Promise<LoadCounts & { readonly seconds: number }>;
}

/** Users of a service. */
export function startLoad({ url, bodies, clients }: LoadOptions): ServiceLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const counts: LoadCounts = {
    answered: 0,
    failed: 0,
    refused: 0,
    lost: 0,
    byRelease: {},
    lastFailure: undefined,
  };
  const stopping = new AbortController();
  const started = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const body = bodies[next++ % bodies.length] ?? Buffer.alloc(0);
      note(counts, await ask(url, body, agent));
    }
  };
  const all = Array.from({ length: clients }, client);
  return {
    counts,
    stop: async () => {
      stopping.abort();
      await Promise.all(all);
      agent.destroy();
      return { ...counts, seconds: (performance.now() - started) / 1000 };
    },
  };
}

interface Outcome {
  /** None where there was no answer. */
  readonly status?: number | undefined;
  readonly headers?: IncomingHttpHeaders;
}

function ask(url: string, body: Buffer, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const lost = (): void => {
      resolve({});
    };
    const asked = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } });
    asked.on('response', (response) => {
      response.resume();
      response
        .on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers });
        })
        .on('error', lost);
    });
    asked.on('error', lost);
    asked.end(body);
  });
}

/** A failed answer is the model's fault, a refused one that of too much load, a lost one that of whoever switches releases. */
function note(counts: LoadCounts, { status, headers = {} }: Outcome): void {
  const kind = kindOf(status);
  counts[kind] += 1;
  if (kind === 'failed') counts.lastFailure = performance.now();
  const release = headers['x-ml-release'];
  if (typeof release !== 'string' || (kind !== 'answered' && kind !== 'failed')) return;
  const arm = (counts.byRelease[release] ??= { answered: 0, failed: 0 });
  arm[kind] += 1;
}

function kindOf(status: number | undefined): 'answered' | 'failed' | 'refused' | 'lost' {
  if (status === undefined) return 'lost';
  return status === 200 ? 'answered' : status === 500 ? 'failed' : 'refused';
}

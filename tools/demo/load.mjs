// Users of a service: so many at once, each asks as soon as it has an answer.
import { Agent, request } from 'node:http';

/**
 * @param url of `infer`. @param bodies what they ask, one after another. @param clients how many ask at once
 * @returns `counts`, which grow, and `stop`, which resolves when the last of them has its answer.
 */
export function startLoad({ url, bodies, clients }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const counts = { answered: 0, failed: 0, refused: 0, lost: 0, byRelease: {}, lastFailure: undefined };
  let [next, isStopping] = [0, false];
  const started = performance.now();
  const client = async () => {
    while (!isStopping) note(counts, await ask(url, bodies[next++ % bodies.length], agent));
  };
  const all = Array.from({ length: clients }, client);
  return {
    counts,
    stop: async () => {
      isStopping = true;
      await Promise.all(all);
      agent.destroy();
      return { ...counts, seconds: (performance.now() - started) / 1000 };
    },
  };
}

/** @returns the status, and which release answered; no status where there was no answer. */
function ask(url, body, agent) {
  return new Promise((resolve) => {
    const asked = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } });
    asked.on('response', (response) => {
      response.resume();
      const answer = { status: response.statusCode, release: response.headers['x-ml-release'] };
      response.on('end', () => resolve(answer)).on('error', () => resolve({}));
    });
    asked.on('error', () => resolve({}));
    asked.end(body);
  });
}

/** A failed answer is the model's fault, a refused one that of too much load, a lost one that of whoever switches releases. */
function note(counts, { status, release }) {
  const kind =
    status === undefined ? 'lost' : status === 200 ? 'answered' : status === 500 ? 'failed' : 'refused';
  counts[kind] += 1;
  if (kind === 'failed') counts.lastFailure = performance.now();
  if (release === undefined) return;
  const of = (counts.byRelease[release] ??= { answered: 0, failed: 0 });
  if (kind in of) of[kind] += 1;
}

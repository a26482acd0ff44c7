import { isJsonObject, parseJson } from '../../../kernel/index.js';
import type { AskJson } from '../../server-session/index.js';
import type { Patience } from '../patience.js';
import { ask, openUpstream } from './ask.js';
import type { Answer, Question, Upstream } from './ask.js';
import { UpstreamTrouble } from './trouble.js';

/** Longest answer that is read. Bytes. */
const longest = 64 * 1024;

export interface JsonAnswer extends Pick<Answer, 'status' | 'headers'> {
  /** Empty where the answer is no JSON object. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** A question whose answer is small. @throws UpstreamTrouble */
export async function askJson(upstream: Upstream, question: Question): Promise<JsonAnswer> {
  const answer = await ask(upstream, question);
  const value = parseJson((await wholeOf(answer)).toString('utf8'));
  return { status: answer.status, headers: answer.headers, value: isJsonObject(value) ? value : {} };
}

/** How a session is asked for: of the server, and ID tokens of whoever gives them. Rejects with UpstreamTrouble. */
export function askingOf(patience: Patience): AskJson {
  const known = new Map<string, Upstream>();
  return async ({ method, url, token }) => {
    const upstream = known.get(url.origin) ?? openUpstream(new URL(url.origin), patience);
    known.set(url.origin, upstream);
    const path = `${url.pathname}${url.search}`.slice(1);
    const { status, headers, value } = await askJson(upstream, { method, path, token });
    return { status, date: headers.date, value };
  };
}

async function wholeOf(answer: Answer): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer.body) {
      size += part.length;
      if (size > longest) throw new UpstreamTrouble('garbage');
      parts.push(part);
    }
  } finally {
    answer.leave();
  }
  return Buffer.concat(parts);
}

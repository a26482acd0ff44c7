import { isJsonObject, parseJson } from '../../../kernel/index.js';
import { ask } from './ask.js';
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

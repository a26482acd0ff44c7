import type { FastifyPluginCallback } from 'fastify';

import { isJsonObject } from '@nx-ml/core/kernel';

import { InferenceFailure } from '../protocol/index.js';
import type { FeedbackRule } from '../release/index.js';
import type { Answered, AnsweredRequests } from '../route/answered-requests.js';

export interface FeedbackDeps {
  readonly answered: AnsweredRequests;
  /** Rules by the feedback's name, of the release that answered. */
  readonly rulesOf: (answered: Answered) => Readonly<Record<string, FeedbackRule>>;
  readonly told: (service: string, isBad: boolean) => void;
}

/** The names that need no rule: a yes or no, and the right answer. */
const [plain, label] = ['value', 'label'];

const maxBody = 64 * 1024;

/** Labels that come late: believed once for each request that was answered a while ago. */
export function feedbackRoute({ answered, rulesOf, told }: FeedbackDeps): FastifyPluginCallback {
  return (app, _, done) => {
    app.post('/feedback', { bodyLimit: maxBody }, ({ body }, reply) => {
      const { id, name, value } = readFeedback(body);
      const request = answered.find(id);
      if (request === undefined)
        throw new InferenceFailure(
          'unknown',
          'no request of this id waits for feedback: none was answered, or it has it, or it is too long ago',
        );
      const isBad =
        name === label ? isWrong(value, request) : isBadValue(name, value, rulesOf(request)[name]);
      answered.forget(id);
      request.counter.addFeedback(name, isBad);
      told(request.service, isBad);
      return reply.code(200).send({ id, name, bad: isBad });
    });
    done();
  };
}

interface Feedback {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
}

function readFeedback(body: unknown): Feedback {
  if (!isJsonObject(body)) throw refused('the body is no JSON object');
  const { id, name, value, label: right } = body;
  if (typeof id !== 'string' || id === '') throw refused('id is no text');
  if ((value === undefined) === (right === undefined))
    throw refused('there must be either a value or a label');
  if (right !== undefined) return { id, name: label, value: right };
  if (name !== undefined && typeof name !== 'string') throw refused('name is no text');
  return { id, name: name ?? plain, value };
}

/** Names are those of the release's rules, so that nobody makes up thousands of them. */
function isBadValue(name: string, value: unknown, rule: FeedbackRule | undefined): boolean {
  if (rule === undefined && name !== plain)
    throw refused(`the release has no rule for feedback "${name.slice(0, 100)}"`);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'number') throw refused('value is neither a number nor true or false');
  if (rule === undefined)
    throw refused(`the release does not say when a number as feedback "${name}" is bad`);
  return rule.bad === 'below' ? value < rule.than : value > rule.than;
}

function isWrong(right: unknown, { value }: Answered): boolean {
  if (value === undefined)
    throw refused('the answer was not one value, so that a label cannot be compared with it');
  if (!['number', 'string', 'boolean'].includes(typeof right))
    throw refused('label is neither a number nor a text nor true or false');
  return (
    String(typeof right === 'boolean' ? Number(right) : right) !==
    String(typeof value === 'boolean' ? Number(value) : value)
  );
}

function refused(message: string): InferenceFailure {
  return new InferenceFailure('request', message);
}

import type { FastifyError, FastifyReply } from 'fastify';

import { isMlError } from '@nx-ml/core/kernel';
import type { MlError } from '@nx-ml/core/kernel';

import { Refusal } from './refusal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it failed, where that is a fault of ours; for the log alone. */
    failure: unknown;
  }
}

/** What a failure is for the client. */
export interface FailureAnswer {
  readonly status: number;
  readonly message: string;
  readonly fix: string;
  /** Whether it is a fault of the server or of what it stands on, which its log must tell. */
  readonly isOurs: boolean;
}

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** An answer that tells nothing of the server's inside: what is no refusal is in its log alone. */
export function failureAnswer(error: unknown): FailureAnswer {
  if (error instanceof Refusal)
    return { status: error.status, message: error.message, fix: error.fix, isOurs: error.status >= 500 };
  if (isMlError(error)) return mlAnswer(error);
  const status = clientStatus(error);
  if (status !== undefined)
    return { status, message: 'The request is malformed', fix: 'See the OpenAPI document.', isOurs: false };
  return {
    status: 500,
    message: 'The server failed',
    fix: 'Its log tells why. Try again later.',
    isOurs: true,
  };
}

function mlAnswer(error: MlError): FailureAnswer {
  if (outOfSpace.has(errnoOf(error.cause)))
    return { status: 507, message: 'The storage is full', fix: 'Make room: nx-ml-server gc.', isOurs: true };
  if (error.code === 'ERR_ML_REMOTE_UNAVAILABLE' || error.code === 'ERR_ML_REMOTE_REFUSED')
    return {
      status: 503,
      message: 'The storage cannot be used now',
      fix: 'The log of the server tells why. Try again later.',
      isOurs: true,
    };
  if (error.code === 'ERR_ML_PATH_UNSAFE')
    return { status: 400, message: error.message, fix: error.fix, isOurs: false };
  return { status: 500, message: 'The server failed', fix: 'Its log tells why.', isOurs: true };
}

function errnoOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

/** What Fastify refuses by itself, such as a body that is no JSON. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number((error as FastifyError).statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}

/** As our own clients read it. */
export function sendJson(reply: FastifyReply, { status, message, fix }: FailureAnswer): FastifyReply {
  return reply.code(status).send({ error: message, fix });
}

/** As Nx shows it to its user. */
export function sendText(reply: FastifyReply, { status, message, fix }: FailureAnswer): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${message}. ${fix}\n`);
}

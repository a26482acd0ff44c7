import { isScope } from '../../cache/index.js';
import { renewalOf } from '../../cache-proxy/token-life.js';
import type { Clock } from '../../kernel/index.js';
import { Denied } from './credentials.js';
import type { Session } from './session.js';
import type { AskJson } from './small-question.js';

interface Exchange {
  /** Its address; what is below it begins with `v1`. */
  readonly server: URL;
  readonly ask: AskJson;
  readonly clock: Clock;
}

/**
 * What the server gives for an ID token, or for a session that is about to end.
 *
 * @throws Denied, or what the network is said to have done
 */
export async function exchangeToken(token: string, { server, ask, clock }: Exchange): Promise<Session> {
  const receivedAt = clock.monotonic();
  const url = new URL('v1/token', server.href.replace(/\/*$/, '/'));
  const { status, value, date } = await ask({ method: 'POST', url, token });
  const { token: given, scope } = checked(status, value);
  const expiresAt = typeof value['expiresAt'] === 'string' ? value['expiresAt'] : undefined;
  return { token: given, scope, renewAt: renewalOf({ expiresAt, date, receivedAt }) };
}

/** As it can stand in a header. */
export function isSessionToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value);
}

function checked(
  status: number,
  { token, scope }: Readonly<Record<string, unknown>>,
): Omit<Session, 'renewAt'> {
  if (status === 404) throw new Denied('it exchanges no ID tokens (404)', { fix: noExchange });
  if (status !== 200)
    throw new Denied(`it does not take the ID token of this job (${String(status)})`, {
      fix: notTaken,
      status,
    });
  if (isSessionToken(token) && isScope(scope)) return { token, scope };
  throw new Denied('it gives no token for the ID token of this job', { fix: noExchange });
}

const noExchange =
  'Check its address, and that whoever runs it did start it with --oidc; or give the job NX_ML_TOKEN.';
const notTaken =
  'Which jobs it lets in, and for which audience, its --oidc file says: docs/guides/cache-access.md. NX_ML_TOKEN does without.';

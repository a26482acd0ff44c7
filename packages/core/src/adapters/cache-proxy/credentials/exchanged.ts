import { isScope } from '../../../cache/index.js';
import { renewalOf } from '../../../cache-proxy/index.js';
import type { Clock } from '../../../kernel/index.js';
import { askJson } from '../upstream/ask-json.js';
import type { Upstream } from '../upstream/ask.js';
import { Denied } from './credentials.js';
import type { Credentials, Grant } from './credentials.js';

export interface IdTokens {
  /** @throws Denied, UpstreamTrouble */
  next(): Promise<string>;
  /** Is the next one another than the last? Each is exchanged once. */
  readonly areMany: boolean;
}

/** Milliseconds. A server that takes no token that it gave itself must not be asked for one with each task. */
const leastBetween = 30_000;

/**
 * A token of the server for an ID token of the CI system, renewed before it ends: for another ID token, or where there is only one,
 * for the token itself. Whoever asks while it is being exchanged waits for the same exchange.
 */
export function exchangedCredentials(upstream: Upstream, ids: IdTokens, clock: Clock): Credentials {
  let current: Promise<Grant> | undefined;
  let renewal = Infinity;
  let exchangedAt = -Infinity;
  const exchange = async (token: string): Promise<Grant> => {
    const receivedAt = clock.monotonic();
    const { status, value, headers } = await askJson(upstream, { method: 'POST', path: 'v1/token', token });
    const grant = grantIn(status, value);
    const expiresAt = typeof value['expiresAt'] === 'string' ? value['expiresAt'] : undefined;
    renewal = renewalOf({ expiresAt, date: headers.date, receivedAt });
    exchangedAt = receivedAt;
    return grant;
  };
  const fresh = async (): Promise<Grant> => exchange(await ids.next());
  /** What cannot be renewed is used to its end. */
  const renewed = async (last: Promise<Grant>): Promise<Grant> => {
    const { token = '' } = await last;
    return exchange(token).catch(() => last);
  };
  return {
    lasting: undefined,
    grant: () => {
      if (current !== undefined && clock.monotonic() < renewal) return current;
      renewal = Infinity;
      const next = current === undefined || ids.areMany ? fresh() : renewed(current);
      current = next.catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      return current;
    },
    renew: () => {
      if (!ids.areMany || clock.monotonic() - exchangedAt < leastBetween) return false;
      current = undefined;
      return true;
    },
  };
}

function grantIn(status: number, { token, scope }: Readonly<Record<string, unknown>>): Grant {
  if (status === 404) throw new Denied('it exchanges no ID tokens (404)');
  if (status !== 200) throw new Denied(`it does not take the ID token of this job (${String(status)})`);
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(token) || !isScope(scope))
    throw new Denied('it gives no token for the ID token of this job');
  return { token, scope };
}

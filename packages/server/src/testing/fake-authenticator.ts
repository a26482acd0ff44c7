import { parseScope } from '@nx-ml/core/cache';

import type { Access, Authenticator } from '../access/access.js';
import { Refusal } from '../http/refusal.js';

/** Believes `Bearer <scope>` and `Bearer <scope>:read`, and nobody else. */
export const fakeAuthenticator: Authenticator = {
  authenticate: (authorization) => {
    const access = accessOf(authorization);
    if (access === undefined)
      return Promise.reject(new Refusal(401, { message: 'No token', fix: 'Send one.' }));
    return Promise.resolve(access);
  },
  recall: accessOf,
};

function accessOf(authorization: string | undefined): Access | undefined {
  const [, scope, mode] = /^Bearer ([a-z0-9-]+?)(:read)?$/.exec(authorization ?? '') ?? [];
  if (scope === undefined) return undefined;
  return {
    scope: parseScope(scope),
    mode: mode === undefined ? 'read-write' : 'read',
    subject: `test ${scope}`,
  };
}

import { askingJson } from '@nx-ml/core/adapters/remote-http';
import { jobCredentials } from '@nx-ml/core/adapters/server-session';
import type { Credentials } from '@nx-ml/core/adapters/server-session';
import type { HttpAddress } from '@nx-ml/core/remote';

import { systemClock } from './system-clock.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** A command opens a remote in several places; all of it is one job with one session. */
const known = new WeakMap<Variables, Map<string, Credentials | undefined>>();

/** Who this process is to a server; undefined where nothing says so. */
export function credentialsFor({ origin, path }: HttpAddress, variables: Variables): Credentials | undefined {
  const server = new URL(`${origin}${path}/`);
  const ofThese = known.get(variables) ?? new Map<string, Credentials | undefined>();
  known.set(variables, ofThese);
  if (!ofThese.has(server.href))
    ofThese.set(server.href, jobCredentials({ server, variables, ask: askingJson(), clock: systemClock }));
  return ofThese.get(server.href);
}

import { randomBytes } from 'node:crypto';

import { MlError } from '@nx-ml/core/kernel';

import type { StateFolder } from '../state/index.js';

const file = 'session.key';

/**
 * The key of the sessions, made at first use. Of several processes that make it at once, all get the same one.
 *
 * @throws MlError ERR_ML_SERVER_STATE
 */
export function sessionKey(state: StateFolder): Buffer {
  if (state.markOf(file) === undefined) state.create(file, `${randomBytes(32).toString('hex')}\n`);
  const text = state.read(file)?.bytes.toString('latin1') ?? '';
  if (/^[0-9a-f]{64}\n$/.test(text)) return Buffer.from(text.trim(), 'hex');
  throw new MlError('ERR_ML_SERVER_STATE', {
    message: `${state.path}/${file} is no key of 64 hex digits`,
    fix: 'Remove it: a new one is made, and whoever has a session exchanges an ID token again.',
  });
}

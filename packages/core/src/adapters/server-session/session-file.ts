import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isScope } from '../../cache/index.js';
import { isJsonObject, parseJson } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { isSessionToken } from './exchange-token.js';
import type { Session, SharedSession } from './session.js';

interface Place {
  /** Absolute; made where it is missing. */
  readonly folder: string;
  readonly server: URL;
  readonly idToken: string;
  readonly clock: Clock;
}

/** Milliseconds. No job lasts longer, so what is older is nobody's. */
const forgottenAfter = 7 * 24 * 3_600_000;

/**
 * The session of a job with one ID token: GitLab gives no other, it is exchanged once, and a job starts many processes. A
 * file of ours alone, which whoever could read it could read from the job's variables as well; its name tells nothing without the ID token.
 */
export function sessionFile({ folder, server, idToken, clock }: Place): SharedSession {
  const name = createHash('sha256').update(`nx-ml job session 1\n${server.href}\n${idToken}`).digest('hex');
  const path = join(folder, `${name}.json`);
  // Clocks of processes differ by their starts, so the file tells the time of the day.
  const sinceEpoch = clock.now() - clock.monotonic();
  return {
    read: () => {
      const found = attempt(() =>
        isOurs(folder) && isOurs(path) ? parseSession(readFileSync(path)) : undefined,
      );
      return found === undefined ? undefined : { ...found, renewAt: found.renewAt - sinceEpoch };
    },
    write: ({ token, scope, renewAt }) => {
      attempt(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOurs(folder)) return;
        const partial = join(folder, `${randomBytes(8).toString('hex')}.part`);
        const text = JSON.stringify({ formatVersion: 1, token, scope, renewAt: renewAt + sinceEpoch });
        writeFileSync(partial, text, { mode: 0o600, flag: 'wx' });
        renameSync(partial, path);
        forget(folder, clock.now());
      });
    },
  };
}

function parseSession(bytes: Buffer): Session | undefined {
  const document = parseJson(bytes.toString('utf8'));
  if (!isJsonObject(document) || document['formatVersion'] !== 1) return undefined;
  const { token, scope, renewAt } = document;
  if (!isSessionToken(token) || !isScope(scope) || typeof renewAt !== 'number') return undefined;
  return { token, scope, renewAt };
}

/** Others may have made it first, where everybody may write. */
function isOurs(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  const isLink = (mode & 0o170000) === 0o120000;
  return !isLink && uid === process.getuid?.() && (mode & 0o077) === 0;
}

function forget(folder: string, now: number): void {
  for (const each of readdirSync(folder).map((name) => join(folder, name)))
    if (lstatSync(each).mtimeMs < now - forgottenAfter) rmSync(each, { force: true });
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

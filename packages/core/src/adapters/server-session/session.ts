import type { Scope } from '../../cache/index.js';

/** What the server gave. */
export interface Session {
  readonly token: string;
  readonly scope: Scope;
  /** When to get the next one; monotonic milliseconds. */
  readonly renewAt: number;
}

/** Where the processes of one job find the session that one of them got. Whatever fails there is as if there were none. */
export interface SharedSession {
  read(): Session | undefined;
  write(session: Session): void;
}

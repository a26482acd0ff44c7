import type { JsonObject } from '../../kernel/index.js';
import { RemoteJournal } from '../../remote/index.js';
import type { AppendResult, Journal, JournalEntry } from '../../store/index.js';
import type { RemoteAccess } from './remote-access.js';

/** Only journals of runs travel: what a key came to is the same for everybody, and a history is each one's own. */
const travelling = 'runs/';

/**
 * Journals of this machine, and where one is empty here, what a remote has of it. What came from there is kept here, so
 * that it is known without the remote from then on.
 */
export class ReadThroughJournal implements Journal {
  readonly #local: Journal;
  readonly #access: RemoteAccess;

  constructor(local: Journal, access: RemoteAccess) {
    this.#local = local;
    this.#access = access;
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    const entries = await this.#local.read(name);
    return entries.length > 0 || !(await this.#bring(name)) ? entries : this.#local.read(name);
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    const entry = await this.#local.last(name);
    return entry !== undefined || !(await this.#bring(name)) ? entry : this.#local.last(name);
  }

  append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    return this.#local.append(name, length, payload);
  }

  /** The same payloads in the same order make the same entries. @returns true when there were any. */
  async #bring(name: string): Promise<boolean> {
    if (!name.startsWith(travelling)) return false;
    const entries = await this.#access.ask(
      async (remote) => ((await remote.isThere()) ? new RemoteJournal(remote.blobs).read(name) : []),
      [],
    );
    for (const [length, { payload }] of entries.entries()) {
      const { appended } = await this.#local.append(name, length, payload);
      if (!appended) break;
    }
    return entries.length > 0;
  }
}

import type { JsonObject } from '../../kernel/index.js';
import { RemoteJournal } from '../../remote/index.js';
import type { AppendResult, Journal, JournalEntry } from '../../store/index.js';
import type { RemoteAccess } from './remote-access.js';

/** What a key came to is the same for everybody, and a history is each one's own. */
const travelling = 'runs/';

/**
 * What there must be one of for all machines that share a remote: the budget of a test set, and which model is accepted, what is deployed, which
 * trials a study has. A copy on this machine would let two of them spend the same step.
 */
const shared = ['gate/', 'registry/', 'deploy/', 'studies/'];

/**
 * Journals of this machine, and where one of a run is empty here, what a remote has of it. What came from there is kept here,
 * so that it is known without the remote from then on. Journals that are one for all are read and written at the remote
 * alone: while it cannot be reached, nobody can tell what they say.
 */
export class ReadThroughJournal implements Journal {
  readonly #local: Journal;
  readonly #access: RemoteAccess;

  constructor(local: Journal, access: RemoteAccess) {
    this.#local = local;
    this.#access = access;
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    if (isShared(name)) return (await this.#shared()).read(name);
    const entries = await this.#local.read(name);
    return entries.length > 0 || !(await this.#bring(name)) ? entries : this.#local.read(name);
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    if (isShared(name)) return (await this.#shared()).last(name);
    const entry = await this.#local.last(name);
    return entry !== undefined || !(await this.#bring(name)) ? entry : this.#local.last(name);
  }

  async append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    if (!isShared(name)) return this.#local.append(name, length, payload);
    const remote = await this.#access.get();
    await remote.prepare();
    return new RemoteJournal(remote.blobs).append(name, length, payload);
  }

  /** @throws MlError ERR_ML_REMOTE_UNAVAILABLE and what else keeps a remote from being asked */
  async #shared(): Promise<Journal> {
    return new RemoteJournal((await this.#access.get()).blobs);
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

function isShared(name: string): boolean {
  return shared.some((prefix) => name.startsWith(prefix));
}

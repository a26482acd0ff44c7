import { decodeRegistryEntry, encodeRegistryEntry, registryState } from '../../registry/index.js';
import type { RegistryEntry, RegistryState } from '../../registry/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';

/** Versions and aliases of a workspace's models. Whoever shares the store, or its remote, shares them. */
export class Registry {
  readonly #journals: Journal;
  readonly #workspaceId: string;

  constructor(journals: Journal, workspaceId: string) {
    this.#journals = journals;
    this.#workspaceId = workspaceId;
  }

  /** What the registry of a project says now. @throws MlError ERR_ML_JOURNAL_BROKEN, ERR_ML_DOCUMENT_INVALID, ERR_ML_REMOTE_UNAVAILABLE */
  async state(project: string): Promise<RegistryState> {
    return registryState(await this.history(project));
  }

  /** All entries of a project, oldest first. */
  async history(project: string): Promise<readonly RegistryEntry[]> {
    const entries = await this.#journals.read(this.#nameOf(project));
    return entries.map(({ payload }) => decodeRegistryEntry(payload));
  }

  /** @param length that of the state which the entry follows. @returns false when somebody else appended since. */
  async append(project: string, length: number, entry: RegistryEntry): Promise<boolean> {
    return (await this.#journals.append(this.#nameOf(project), length, encodeRegistryEntry(entry))).appended;
  }

  #nameOf(project: string): string {
    return `registry/${journalSegment(this.#workspaceId)}/${journalSegment(project)}`;
  }
}

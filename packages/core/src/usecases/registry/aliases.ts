import { decodeAliasEntry, encodeAliasEntry } from '../../registry/index.js';
import type { AliasEntry } from '../../registry/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';

/** An alias as it stands, and the length of the journal that said so. */
export interface StandingAlias {
  readonly entry: AliasEntry | undefined;
  readonly length: number;
}

/** What the aliases of a workspace's models stand for. Whoever shares the store, or its remote, shares them. */
export class Aliases {
  readonly #journals: Journal;
  readonly #workspaceId: string;

  constructor(journals: Journal, workspaceId: string) {
    this.#journals = journals;
    this.#workspaceId = workspaceId;
  }

  /** @throws MlError ERR_ML_JOURNAL_BROKEN, ERR_ML_DOCUMENT_INVALID, ERR_ML_REMOTE_UNAVAILABLE */
  async standing(project: string, alias: string): Promise<StandingAlias> {
    const entries = await this.history(project);
    return { entry: entries.findLast((entry) => entry.alias === alias), length: entries.length };
  }

  /** All entries of a project, oldest first. */
  async history(project: string): Promise<readonly AliasEntry[]> {
    const entries = await this.#journals.read(this.#nameOf(project));
    return entries.map(({ payload }) => decodeAliasEntry(payload));
  }

  /** @returns false when somebody else moved an alias of the project since it was looked at. */
  async move(project: string, length: number, entry: AliasEntry): Promise<boolean> {
    return (await this.#journals.append(this.#nameOf(project), length, encodeAliasEntry(entry))).appended;
  }

  #nameOf(project: string): string {
    return `aliases/${journalSegment(this.#workspaceId)}/${journalSegment(project)}`;
  }
}

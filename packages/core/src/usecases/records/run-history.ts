import { decodeHistoryEntry, encodeHistoryEntry } from '../../documents/index.js';
import type { HistoryEntry } from '../../documents/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';

/**
 * Which runs the projects of a workspace came to, in the order in which they did: for people, for estimates and to
 * explain changes. Never an input of anything. Clones of one workspace share it.
 */
export class RunHistory {
  readonly #journals: Journal;
  readonly #workspaceId: string;

  /** @param workspaceId keeps projects of the same name in unrelated workspaces apart. */
  constructor(journals: Journal, workspaceId: string) {
    this.#journals = journals;
    this.#workspaceId = workspaceId;
  }

  /** Adds an entry at the end, whoever else does so at the same time. */
  async append(project: string, entry: HistoryEntry): Promise<void> {
    const name = this.#nameOf(project);
    const payload = encodeHistoryEntry(entry);
    let length = ((await this.#journals.last(name))?.sequence ?? -1) + 1;
    for (;;) {
      const result = await this.#journals.append(name, length, payload);
      if (result.appended) return;
      length = result.length;
    }
  }

  /** All entries of a project, oldest first. @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_JOURNAL_BROKEN */
  async read(project: string): Promise<readonly HistoryEntry[]> {
    const entries = await this.#journals.read(this.#nameOf(project));
    return entries.map(({ payload }) => decodeHistoryEntry(payload));
  }

  #nameOf(project: string): string {
    return `history/${journalSegment(this.#workspaceId)}/${journalSegment(project)}`;
  }
}

import { decodeDeployEntry, deployState, encodeDeployEntry } from '../../deploy/index.js';
import type { DeployEntry, DeployState } from '../../deploy/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';
import type { Place } from './ports.js';

/** What became of a service in an environment. Whoever shares the store, or its remote, shares it. */
export class DeployJournal {
  readonly #journals: Journal;
  readonly #name: string;

  constructor(journals: Journal, workspaceId: string, { service, environment }: Place) {
    this.#journals = journals;
    this.#name = `deploy/${journalSegment(workspaceId)}/${journalSegment(`${service}@${environment}`)}`;
  }

  /** @throws MlError ERR_ML_JOURNAL_BROKEN, ERR_ML_DOCUMENT_INVALID, and where it cannot be reached */
  async state(): Promise<DeployState> {
    return deployState(await this.entries());
  }

  /** Oldest first. */
  async entries(): Promise<readonly DeployEntry[]> {
    const entries = await this.#journals.read(this.#name);
    return entries.map(({ payload }) => decodeDeployEntry(payload));
  }

  /** @returns false when somebody else wrote since it was looked at. */
  async append(length: number, entry: DeployEntry): Promise<boolean> {
    return (await this.#journals.append(this.#name, length, encodeDeployEntry(entry))).appended;
  }
}

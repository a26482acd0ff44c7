import {
  budgetState,
  checkRemembered,
  decodeSeenJournals,
  encodeBudgetEntry,
  encodeSeenJournals,
} from '../../gate/index.js';
import type { BudgetEntry, BudgetState, Forgotten, Remembered, SeenJournals } from '../../gate/index.js';
import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import { gateMemoryPath, gatesPath } from '../../layout/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';

export interface TestSetsDeps {
  readonly journals: Journal;
  /** Keeps test sets of the same name in unrelated workspaces apart. */
  readonly workspaceId: string;
  readonly workspace: Pick<Workspace, 'tree'>;
  readonly writer: WorkspaceWriter;
}

/** What the journal of a test set says, or why nobody can tell. */
export type TestSetReading =
  | { readonly kind: 'read'; readonly state: BudgetState; readonly length: number }
  | { readonly kind: 'forgotten'; readonly how: Forgotten }
  | { readonly kind: 'unreadable'; readonly error: MlError };

/**
 * The journals of test sets. How far each was seen is kept in two places beside the store: in git, from when it was opened, and in
 * this workspace, up to the last entry. A journal that lacks what was seen is not believed.
 */
export class TestSets {
  readonly #deps: TestSetsDeps;

  constructor(deps: TestSetsDeps) {
    this.#deps = deps;
  }

  async read(name: string): Promise<TestSetReading> {
    try {
      // First: others append and remember while this reads, and then have seen more than was there.
      const seen = [gatesPath, gateMemoryPath].map((path) => this.#seenOf(name, path));
      const entries = await this.#deps.journals.read(this.#journalOf(name));
      const how = seen.map((each) => checkRemembered(entries, each)).find((each) => each !== undefined);
      if (how !== undefined) return { kind: 'forgotten', how };
      const state = budgetState(entries.map(({ payload }) => payload));
      return { kind: 'read', state, length: entries.length };
    } catch (error) {
      if (isMlError(error)) return { kind: 'unreadable', error };
      throw error;
    }
  }

  /** @returns false when somebody else took that position. */
  async append(name: string, length: number, entry: BudgetEntry): Promise<boolean> {
    const result = await this.#deps.journals.append(this.#journalOf(name), length, encodeBudgetEntry(entry));
    if (result.appended)
      await this.#remember(name, { length: length + 1, digest: result.entry.digest }, entry);
    return result.appended;
  }

  /** What is in git changes when a budget is opened or retired, and not with every step. */
  async #remember(name: string, seen: Remembered, { type }: BudgetEntry): Promise<void> {
    const paths = type === 'open' || type === 'retire' ? [gatesPath, gateMemoryPath] : [gateMemoryPath];
    for (const path of paths) {
      const text = encodeSeenJournals({ ...this.#seenIn(path), [name]: seen });
      await this.#deps.writer.write(path, Buffer.from(text));
    }
  }

  /** A test set may well be called `constructor`. */
  #seenOf(name: string, path: string): Remembered | undefined {
    const seen = this.#seenIn(path);
    return Object.hasOwn(seen, name) ? seen[name] : undefined;
  }

  #seenIn(path: string): SeenJournals {
    const text = this.#deps.workspace.tree.readText(path);
    return text === undefined ? {} : decodeSeenJournals(text, path);
  }

  #journalOf(name: string): string {
    return `gate/${journalSegment(this.#deps.workspaceId)}/${journalSegment(name)}`;
  }
}

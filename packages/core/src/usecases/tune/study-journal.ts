import { hexOf } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal, JournalEntry } from '../../store/index.js';
import { decodeStudyEntry, encodeStudyEntry, StudyState } from '../../tune/study/index.js';
import type { StudyEntry, StudyEvent } from '../../tune/study/index.js';

/** A part of the journal is a journal of its own: who adds an entry looks at all entries of the part, and at no others. */
export const entriesOfPart = 256;

/** What one process has to say, decided on all that was said before. */
export type Decide = (state: StudyState, say: (event: StudyEvent) => void) => void;

export interface StudyJournalDeps {
  readonly journals: Journal;
  readonly clock: Clock;
  /** Keeps workspaces apart that share a store. */
  readonly workspaceId: string;
}

/**
 * The study of a model. Whoever shares the store, or its remote, works on the same: each decision is made on all that others said, or
 * made again.
 */
export class StudyJournal {
  readonly #deps: StudyJournalDeps;
  readonly #project: string;
  readonly #entries: StudyEntry[] = [];
  #part = 0;
  /** Entries of the part that is written. */
  #length = 0;
  #last: JournalEntry | undefined;
  #state = new StudyState();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(project: string, deps: StudyJournalDeps) {
    this.#project = project;
    this.#deps = deps;
  }

  /** @throws MlError ERR_ML_JOURNAL_BROKEN, ERR_ML_DOCUMENT_INVALID, and where it cannot be reached */
  static async open(project: string, deps: StudyJournalDeps): Promise<StudyJournal> {
    const journal = new StudyJournal(project, deps);
    await journal.#readOn();
    return journal;
  }

  /** As of the last entry that this process read or wrote. */
  get state(): StudyState {
    return this.#state;
  }

  /** Says what `decide` says, after all that others did; `decide` may be asked more than once. Says nothing where it says nothing. */
  append(decide: Decide): Promise<readonly StudyEvent[]> {
    const said = this.#turn.then(() => this.#append(decide));
    this.#turn = said.catch(() => undefined);
    return said;
  }

  /** What others said since. */
  refresh(): Promise<void> {
    const read = this.#turn.then(() => this.#readOn());
    this.#turn = read.catch(() => undefined);
    return read;
  }

  async #append(decide: Decide): Promise<readonly StudyEvent[]> {
    for (;;) {
      const now = this.#deps.clock.now();
      const events: StudyEvent[] = [];
      try {
        decide(this.#state, (event) => {
          this.#state.add(event, now);
          events.push(event);
        });
        if (events.length === 0) return events;
        if (await this.#write({ ...this.#head(now), events })) return events;
      } catch (error) {
        this.#rebuild();
        throw error;
      }
      this.#rebuild();
      await this.#readOn();
    }
  }

  #head(now: number): Omit<StudyEntry, 'events'> {
    const before = this.#length === 0 && this.#last !== undefined ? { after: hexOf(this.#last.digest) } : {};
    return { formatVersion: 1, at: new Date(now).toISOString(), ...before };
  }

  async #write(entry: StudyEntry): Promise<boolean> {
    const payload = encodeStudyEntry(entry);
    const result = await this.#deps.journals.append(this.#nameOf(this.#part), this.#length, payload);
    if (!result.appended) return false;
    this.#entries.push(entry);
    this.#stepOn(result.entry);
    return true;
  }

  #stepOn(entry: JournalEntry): void {
    this.#last = entry;
    this.#length += 1;
    if (this.#length < entriesOfPart) return;
    this.#part += 1;
    this.#length = 0;
  }

  /** Reads what is new; a part that is full is followed by another. */
  async #readOn(): Promise<void> {
    for (let part = -1; part !== this.#part;) {
      part = this.#part;
      const entries = await this.#deps.journals.read(this.#nameOf(part));
      for (const entry of entries.slice(this.#length)) this.#take(entry);
    }
  }

  #take(entry: JournalEntry): void {
    const decoded = decodeStudyEntry(entry.payload);
    for (const event of decoded.events) this.#state.add(event, Date.parse(decoded.at));
    this.#entries.push(decoded);
    this.#stepOn(entry);
  }

  /** What was decided and not written never was. */
  #rebuild(): void {
    this.#state = new StudyState();
    for (const { events, at } of this.#entries)
      for (const event of events) this.#state.add(event, Date.parse(at));
  }

  #nameOf(part: number): string {
    const { workspaceId } = this.#deps;
    return `studies/${journalSegment(workspaceId)}/${journalSegment(this.#project)}/${String(part).padStart(6, '0')}`;
  }
}

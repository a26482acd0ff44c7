/** What one commit made of one pointer. */
export interface PointerEdit {
  /** Workspace-relative. */
  readonly pointer: string;
  /** Its text; undefined where the commit added it. */
  readonly before: string | undefined;
  /** undefined where it removed it. */
  readonly after: string | undefined;
}

export interface PointerCommit {
  /** The whole name. */
  readonly commit: string;
  /** ISO 8601, with the author's time zone. */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
  readonly edits: readonly PointerEdit[];
}

/** The committed pointers of a workspace, now and before. Every path is workspace-relative with `/`. */
export interface PointerHistory {
  /** Pointers that are under version control or would be; undefined where there is no version control. */
  pointers(): Promise<readonly string[] | undefined>;
  /** The full name of what a revision names; undefined for what is none. */
  commit(revision: string): Promise<string | undefined>;
  /** All pointers of a commit with their texts. */
  pointersAt(commit: string): Promise<ReadonlyMap<string, string>>;
  /**
   * The commits that changed pointers, newest first; a merge counts by what it brought to its first parent.
   *
   * @param paths pointers, data, or folders above; empty for all.
   */
  log(paths: readonly string[]): Promise<readonly PointerCommit[]>;
}

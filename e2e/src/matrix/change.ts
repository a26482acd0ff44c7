/** The text of each step’s manifest, by the step. */
export type Manifests = Readonly<Record<string, string>>;

/** What became of a change to the workspace, with all that it takes to bring its files about once more. */
export interface Change {
  readonly name: string;
  /** A tree in git that holds the workspace as the change left it, ignored files aside. */
  readonly tree: string;
  /** Where that is not what it was at the start; workspace-relative. */
  readonly files: readonly string[];
  /** Bytes that git does not hold, by workspace-relative path. */
  readonly ignored: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Results that are another than at the start. */
  readonly results: Manifests;
}

/**
 * Changes that can be made at once: of two in a group neither a file nor a result is the same, and all want the same environment.
 * If one of them reached a result of another after all, that result is another than it was alone, and is told as wrong.
 */
export function together(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const group = groups.find((others) => others.every((other) => !touch(change, other)));
    if (group === undefined) groups.push([change]);
    else group.push(change);
  }
  return groups;
}

function touch(one: Change, other: Change): boolean {
  const overlap = (a: readonly string[], b: readonly string[]): boolean => a.some((name) => b.includes(name));
  return (
    overlap(one.files, other.files) ||
    overlap(Object.keys(one.results), Object.keys(other.results)) ||
    JSON.stringify(one.env) !== JSON.stringify(other.env)
  );
}

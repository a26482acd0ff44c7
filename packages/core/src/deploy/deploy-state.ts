import type { Digest } from '../kernel/index.js';
import type { BeginEntry, DeployEntry, EndEntry, FoundEntry } from './deploy-entry.js';

/** What the journal of a service in an environment says. */
export interface DeployState {
  /** Entries that said so. */
  readonly length: number;
  /** What began and did not end; its place in the journal. */
  readonly open: { readonly entry: BeginEntry; readonly sequence: number } | undefined;
  readonly serving: Digest | null;
  /** Releases that served, in the order in which they last began to, the present one last. */
  readonly served: readonly Digest[];
  /** Releases that were rolled back here, and why. */
  readonly returned: ReadonlyMap<Digest, string>;
  /** What is known of each release. */
  readonly releases: ReadonlyMap<Digest, BeginEntry>;
}

interface Folded {
  open: DeployState['open'];
  serving: Digest | null;
  served: Digest[];
  readonly returned: Map<Digest, string>;
  readonly releases: Map<Digest, BeginEntry>;
}

export function deployState(entries: readonly DeployEntry[]): DeployState {
  const state: Folded = {
    open: undefined,
    serving: null,
    served: [],
    returned: new Map(),
    releases: new Map(),
  };
  entries.forEach((entry, sequence) => {
    if (entry.type === 'begin') begin(state, entry, sequence);
    else if (entry.type === 'end') end(state, entry);
    else found(state, entry);
  });
  return { ...state, length: entries.length };
}

/** The release to go back to: the last one that served before, and was not rolled back. */
export function lastGood({ served, returned, serving }: DeployState): Digest | undefined {
  return served.findLast((release) => release !== serving && !returned.has(release));
}

function begin(state: Folded, entry: BeginEntry, sequence: number): void {
  state.open = { entry, sequence };
  const known = state.releases.get(entry.release);
  if (known?.document === undefined || entry.document !== undefined) state.releases.set(entry.release, entry);
}

function end(state: Folded, entry: EndEntry): void {
  const opened = state.open?.entry;
  state.open = undefined;
  serve(state, entry.serving);
  if (opened === undefined) return;
  const left = opened.strategy === 'rollback' ? opened.from : opened.release;
  if (entry.outcome === 'rolled-back' && left !== null && left !== entry.serving)
    state.returned.set(left, entry.reason);
  // Served again because somebody asked for it by name and reason: what was held against it is over.
  if (entry.serving === opened.release) state.returned.delete(opened.release);
}

/** Where it served before, somebody went back to it. */
function found(state: Folded, { serving, reason }: FoundEntry): void {
  const left = state.serving;
  if (left !== null && serving !== null && left !== serving && state.served.includes(serving))
    state.returned.set(left, reason);
  serve(state, serving);
}

function serve(state: Folded, serving: Digest | null): void {
  state.serving = serving;
  if (serving === null) return;
  state.served = [...state.served.filter((release) => release !== serving), serving];
}

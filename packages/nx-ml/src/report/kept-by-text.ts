import type { KeptBy, KnownRun } from '@nx-ml/core/usecases/store';

/** `2026-11-27`, in UTC. */
export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `alpha:train seed 1, of 2026-03-02`. */
export function runText({ record, madeAt }: KnownRun): string {
  if (record === undefined || madeAt === undefined) return 'a run that the store tells nothing of';
  const seed = record.seed === null ? '' : ` seed ${String(record.seed)}`;
  return `${record.project}:${record.step}${seed}, of ${dayText(madeAt)}`;
}

/** What keeps an object, as a class of which there are few. */
export function keeperClass(kept: KeptBy): string {
  switch (kept.by) {
    case 'pointer':
      return {
        history: "pointers in git's history",
        index: 'pointers in an index',
        files: 'pointers in a working tree',
      }[kept.place.in];
    case 'result':
      return kept.from === 'workspace' ? 'results that workspaces stand at' : "results in Nx's cache";
    case 'run':
      return runClass(kept);
    case 'journal':
      return 'other journals';
  }
}

function runClass({ because }: Extract<KeptBy, { readonly by: 'run' }>): string {
  switch (because?.because) {
    case 'stands':
      return 'runs that workspaces stand at';
    case 'branch':
      return 'runs that are the newest of their step on a branch';
    case 'newest':
      return 'runs that are among the newest of their step';
    case 'young':
      return 'runs that are young';
    case 'unknown-age':
      return 'runs whose age nobody can tell';
    case undefined:
      return 'runs that are not kept';
  }
}

/** What needs an object, in full. */
export function neederText(kept: KeptBy): string {
  switch (kept.by) {
    case 'pointer': {
      const { place } = kept;
      const repository = place.repository.replace(/\/\.git$/, '');
      if (place.in === 'files') return `${kept.path} in ${repository}`;
      if (place.in === 'index') return `${kept.path} in the index of ${repository}`;
      const since =
        place.commit === undefined ? 'in a tagged tree' : `since commit ${place.commit.slice(0, 12)}`;
      return `${kept.path} ${since} of ${repository}`;
    }
    case 'result':
      return kept.path;
    case 'run':
      return runText(kept.run);
    case 'journal':
      return `the journal ${kept.name}`;
  }
}

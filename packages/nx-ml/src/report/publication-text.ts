import type { Publication } from '@nx-ml/core/usecases/registry';

export interface PublishedAt extends Publication {
  readonly model: string;
  readonly place: string;
  readonly name: string;
}

/** One line: what was written where; and one on what could not be. */
export function publicationText(published: PublishedAt, isDryRun: boolean): string {
  const { model, version, place, name, listed, changes, leftOut } = published;
  const there = listed === undefined ? name : `${name} version ${listed}`;
  const done = isDryRun ? 'would be published' : 'published';
  const what =
    changes.length === 0
      ? `is at ${place} already, as ${there}`
      : `${done} at ${place} as ${there}: ${changes.join(', ')}`;
  const lacking = leftOut.length === 0 ? '' : `  It takes no aliases: ${leftOut.join(', ')} left out.\n`;
  return `${model}@${String(version)}  ${what}\n${lacking}`;
}

import type { PlannedReleases } from '@nx-ml/core/usecases/releases';

/** What comes behind the steps of a plan, in a line or two each. */
export function releaseLines({ promote, deploy, unknown }: PlannedReleases): readonly string[] {
  return [
    ...(unknown === undefined ? [] : [`What would be promoted and deployed is not known: ${unknown}.`]),
    ...promote.map(({ model, from, waits }) => {
      const place = from === null ? 'as the first champion' : `in the place of v${String(from)}`;
      return `${model} would be promoted ${place}${waits ? ', once it is packaged' : ''}.`;
    }),
    ...deploy.map(({ service, environment, waitsFor }) => {
      const after = waitsFor.length === 0 ? '' : `, after ${waitsFor.join(', ')}`;
      return `${service} would be deployed to ${environment}${after}.`;
    }),
  ];
}

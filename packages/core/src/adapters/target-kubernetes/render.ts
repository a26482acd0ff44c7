import { stringify } from '../../kernel/yaml.js';
import { releaseId } from '../../deploy/index.js';
import type { Release } from '../../deploy/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { leaseObjects } from './lease-job.js';
import { deploymentOf, inferenceServiceOf, nameOf, serviceOf } from './objects.js';
import type { KubernetesSettings } from './settings.js';

/** A release as files for GitOps, by name: the same release makes the same bytes. */
export function renderManifests(settings: KubernetesSettings, release: Release): ReadonlyMap<string, string> {
  const objects = [...servingObjects(settings, release), ...leaseObjects(settings)];
  return new Map(
    objects.map((object) => {
      const { kind, metadata } = object as {
        readonly kind: string;
        readonly metadata: { readonly name: string };
      };
      const file = `${kind.toLowerCase()}-${metadata.name}.yaml`;
      return [file, stringify(object, { sortMapEntries: true, lineWidth: 0 })];
    }),
  );
}

function servingObjects(settings: KubernetesSettings, release: Release): readonly JsonObject[] {
  const { name } = settings;
  if (settings.kind === 'kserve') return [inferenceServiceOf(settings, release, { name, percent: 100 })];
  const id = releaseId(release);
  const own = nameOf(settings, id);
  return [deploymentOf(settings, release), serviceOf(settings, id, own), serviceOf(settings, id, name)];
}

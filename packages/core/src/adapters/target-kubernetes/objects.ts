import type { Release } from '../../deploy/index.js';
import { releaseId } from '../../deploy/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { impossible } from './failure.js';
import type { KubernetesSettings } from './settings.js';

/** The objects that serve. What is given is all that is said: the same release makes the same bytes. */

const group = 'nx-ml.dev';
const releaseLabel = `${group}/release`;

const hexOf = (digest: Digest): string => digest.slice(digest.indexOf(':') + 1);

/** What the objects of one release are called. */
export function nameOf({ name }: KubernetesSettings, id: Digest): string {
  return `${name}-${hexOf(id).slice(0, 10)}`;
}

function labelsOf({ name }: KubernetesSettings, id?: Digest): JsonObject {
  const own = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'nx-ml' };
  return id === undefined ? own : { ...own, [releaseLabel]: hexOf(id).slice(0, 10) };
}

export function metadataOf(settings: KubernetesSettings, name: string, id?: Digest): JsonObject {
  return { name, namespace: settings.namespace, labels: labelsOf(settings, id) };
}

function bundleOf({ bundle }: KubernetesSettings, model: string, digest: Digest): string {
  return bundle
    .replaceAll('{model}', model)
    .replaceAll('{digest}', digest)
    .replaceAll('{hex}', hexOf(digest));
}

/** One Deployment and its Service for each release: switching is a change of the selector of the Service that users know. */
export function deploymentOf(settings: KubernetesSettings, release: Release): JsonObject {
  const id = releaseId(release);
  const { image, port, replicas } = settings;
  const models = Object.entries(release.models).sort(([a], [b]) => (a < b ? -1 : 1));
  const volumeMounts = models.map(([model], at) => {
    return { name: `model-${String(at)}`, mountPath: `/models/${model}`, readOnly: true };
  });
  const volumes = models.map(([model, digest], at) => {
    return { name: `model-${String(at)}`, image: { reference: bundleOf(settings, model, digest) } };
  });
  const readiness = { httpGet: { path: '/v2/health/ready', port }, periodSeconds: 2 };
  const container = {
    name: 'server',
    image,
    ports: [{ containerPort: port }],
    env: [
      { name: 'ML_RELEASE', value: id },
      { name: 'ML_MODELS', value: '/models' },
    ],
    readinessProbe: readiness,
    volumeMounts,
  };
  const labels = labelsOf(settings, id);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(settings, nameOf(settings, id), id),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], volumes } },
    },
  };
}

/** @param name the Service that users know, or the one of a single release */
export function serviceOf(settings: KubernetesSettings, id: Digest, name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(settings, name),
    spec: { selector: labelsOf(settings, id), ports: [{ port: 80, targetPort: settings.port }] },
  };
}

/**
 * @param percent of the traffic that the newest revision gets; the rest is for the last one that had all of it. Always said: a field that is
 *   left out would stay where somebody else set it.
 */
export function inferenceServiceOf(
  settings: KubernetesSettings,
  release: Release,
  { name, percent }: { readonly name: string; readonly percent: number },
): JsonObject {
  const [model, ...others] = Object.entries(release.models);
  if (model === undefined || others.length > 0)
    throw impossible(
      `KServe serves one model by one InferenceService, and ${release.service} has ${String(others.length + 1)}`,
      'Take `kind: deployment`, or a gateway: they switch all models of a service at once.',
    );
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: metadataOf(settings, name),
    spec: {
      predictor: {
        canaryTrafficPercent: percent,
        model: {
          modelFormat: { name: settings.format },
          protocolVersion: 'v2',
          storageUri: bundleOf(settings, ...model),
        },
      },
    },
  };
}

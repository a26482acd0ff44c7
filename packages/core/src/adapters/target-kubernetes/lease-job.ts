import type { JsonObject } from '../../kernel/index.js';
import { metadataOf } from './objects.js';
import type { KubernetesSettings } from './settings.js';

/**
 * Ends the candidate of a controller that died, from inside the cluster, by what the ConfigMap says: first the state, if nobody renewed the
 * lease meanwhile, then what serves, then the lease itself, so that one that is ended in between is ended by the next.
 */
export const leaseScript = `set -eu
map=configmap/$NAME-nx-ml
get() { kubectl -n "$NAMESPACE" get "$map" -o "jsonpath={$1}"; }
put() { kubectl -n "$NAMESPACE" patch "$1" --field-manager=nx-ml --type=merge -o "jsonpath={.metadata.resourceVersion}" -p "$2"; }
version=$(get .metadata.resourceVersion)
until=$(get .data.until)
if [ -z "$until" ] || [ "$(date +%s)" -lt "$until" ]; then exit 0; fi
ended=$(get .data.ended | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g')
resource=$(get .data.resource)
patch=$(get .data.patch)
version=$(put "$map" "{\\"metadata\\":{\\"resourceVersion\\":\\"$version\\"},\\"data\\":{\\"state\\":\\"$ended\\"}}")
put "$resource/$NAME" "$patch"
put "$map" "{\\"metadata\\":{\\"resourceVersion\\":\\"$version\\"},\\"data\\":{\\"until\\":\\"\\"}}"
`;

/** The job, and what it may do; nothing where no image with kubectl is named. */
export function leaseObjects(settings: KubernetesSettings): readonly JsonObject[] {
  const { leaseImage: image, name, namespace } = settings;
  if (image === undefined) return [];
  const own = `${name}-nx-ml-lease`;
  const metadata = metadataOf(settings, own);
  const env = [
    { name: 'NAME', value: name },
    { name: 'NAMESPACE', value: namespace },
  ];
  const container = { name: 'lease', image, command: ['/bin/sh', '-c', leaseScript], env };
  const pod = { serviceAccountName: own, restartPolicy: 'Never', containers: [container] };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: rulesOf(settings) },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: own },
      subjects: [{ kind: 'ServiceAccount', name: own, namespace }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: {
        schedule: '* * * * *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { backoffLimit: 0, template: { spec: pod } } },
      },
    },
  ];
}

function rulesOf({ kind, name }: KubernetesSettings): JsonObject[] {
  const verbs = ['get', 'patch'];
  const [apiGroups, resources] =
    kind === 'kserve' ? [['serving.kserve.io'], ['inferenceservices']] : [[''], ['services']];
  return [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [`${name}-nx-ml`], verbs },
    { apiGroups, resources, resourceNames: [name], verbs },
  ];
}

import type { KubernetesSettings } from './settings.js';

/** Where the API server has what. */
const roots = {
  configmaps: '/api/v1',
  services: '/api/v1',
  deployments: '/apis/apps/v1',
  inferenceservices: '/apis/serving.kserve.io/v1beta1',
} as const;

export function pathOf(
  { namespace }: KubernetesSettings,
  resource: keyof typeof roots,
  name?: string,
): string {
  const all = `${roots[resource]}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

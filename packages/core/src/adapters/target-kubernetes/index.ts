/**
 * Deploys to Kubernetes by its API server: KServe's InferenceService, or Deployment and Service. No controller of ours runs in the cluster.
 * docs/design/deploy.md, docs/adr/0037
 */
export { readClusterAddress } from './cluster-address.js';
export { KubernetesTarget } from './kubernetes-target.js';
export type { KubernetesSettings } from './settings.js';
export { renderManifests } from './render.js';

/**
 * Datasets of the Hugging Face hub, as its client keeps them in its cache. Pure. docs/design/interop.md tells the rules.
 */
export { blobSum, hubFolder, hubRefPath, parseHubDataset, snapshotPath } from './hub-dataset.js';
export type { HubDataset } from './hub-dataset.js';

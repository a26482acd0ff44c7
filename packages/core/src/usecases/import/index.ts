/** Data from an address, or from a pointer of another repository, as a dataset of this workspace. docs/design/interop.md */
export { addDvcData } from './add-dvc-data.js';
export type { AddedDvcData } from './add-dvc-data.js';
export { importData, updateImported } from './import-data.js';
export type { ImportDeps, ImportedData, ImportFrom } from './import-data.js';

/**
 * Where DVC, Git LFS and the Hugging Face client keep bytes on this machine, and DVC's remotes. Everything is read, verified
 * by the sum that names it, and never believed. docs/design/interop.md
 */
export { DvcSources, entriesBelow, isSameFile } from './dvc-sources.js';
export type { RemoteContext } from './dvc-remotes.js';
export { HttpDownloads } from './http-downloads.js';
export { followUrl } from './http-get.js';
export { LocalDataSums } from './local-data-sums.js';
export { LocalDvcCache } from './local-dvc-cache.js';
export { LocalForeignData } from './local-foreign-data.js';
export { md5Of, md5OfText } from './md5.js';
export { measureFile } from './measure-file.js';
export { textOf } from './text-of.js';

/**
 * What DVC says of data: its settings, pointers, lists of folders and places in its cache. Every step may meet such data, so nothing
 * more is loaded here; projects of DVC are read and planned in dvc-import. Pure.
 */
export { parseDvcConfig } from './config.js';
export { readDvcRef } from './given-out.js';
export { lockedOuts, parsePointer } from './hashed-data.js';
export type { HashedData } from './hashed-data.js';
export { cachePaths, folderObjectText, maxFolderObjectBytes, parseFolderObject } from './objects.js';
export type { FolderEntry } from './objects.js';
export { dvcRootOf } from './paths.js';
export { parseDvcSettings } from './settings.js';
export type { DvcConfigFile, DvcRemote, DvcSettings } from './settings.js';
export { dvcFileText, refuseRicher } from './written-file.js';

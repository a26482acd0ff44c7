import { join } from 'node:path';

import { ContentMemory } from './content-memory.js';
import { dataFolder } from './data-folder.js';
import { makerOfThisBuild } from './maker.js';

/** What is kept under a name of one workspace, made by this build of the plugin. */
export function memoryOf<T>(workspaceRoot: string, name: string): ContentMemory<T> {
  return new ContentMemory<T>(join(dataFolder(workspaceRoot), `nx-ml-${name}.json`), makerOfThisBuild());
}

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import type { Facts } from '@nx-ml/core/doctor';

import { cacheFacts } from './cache-facts.js';
import { dataFacts, listedFiles } from './data-facts.js';
import { gitFacts, GitQuestions } from './git-facts.js';
import { findProjects } from './ml-projects.js';
import { nxFacts, readNxJson } from './nx-facts.js';
import { pythonFacts } from './python-facts.js';
import { storeFacts } from './store-facts.js';

/** @param root absolute. */
export async function gatherFacts(
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Facts> {
  const files = new WorkspaceFiles(root);
  const git = new GitQuestions(root);
  const found = findProjects(files);
  const nxJson = readNxJson(root);
  const listed = listedFiles(found.projects, files);
  return {
    git: gitFacts(git, listed),
    nx: await nxFacts(root, nxJson),
    pythons: await pythonFacts({ root, files, found, variables }),
    data: dataFacts({ files, git, found, listed }),
    cache: cacheFacts(root, nxJson, variables),
    store: await storeFacts(root, variables),
  };
}

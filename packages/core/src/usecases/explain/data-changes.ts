import { isDigest } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { datasetSource } from '../../manifest/index.js';
import type { ObjectStore, TreeEntry } from '../../store/index.js';
import { contentChanges } from '../data/content-changes.js';
import type { Content, DataChange } from '../data/content-changes.js';
import { bytesIfThere, contentOf, storedTree } from '../data/stored-content.js';
import { filesEntries } from '../given/given-files.js';
import { pointedEntry } from '../given/given-pointer.js';
import { inProject } from '../in-project.js';
import type { MlProject, Workspace } from '../ports.js';

export interface DataChangesDeps {
  readonly workspace: Workspace;
  readonly objects: ObjectStore;
}

/**
 * What changed between two contents of a dataset or a model, file by file.
 *
 * @param project the one that has it, whose workspace files may be the new content.
 * @returns undefined when one of the two is no longer, or not yet, anywhere.
 */
export async function dataChanges(
  before: Digest,
  after: Digest,
  project: MlProject,
  deps: DataChangesDeps,
): Promise<readonly DataChange[] | undefined> {
  const [old, now] = await Promise.all([storedTree(before, deps.objects), nowContent(after, project, deps)]);
  if (old === undefined || now === undefined) return undefined;
  return contentChanges(contentOf(old, deps.objects), now);
}

/** The bytes of the new content may be in the workspace alone as yet. */
async function nowContent(
  digest: Digest,
  project: MlProject,
  deps: DataChangesDeps,
): Promise<Content | undefined> {
  const entries = (await storedTree(digest, deps.objects)) ?? givenEntries(project, deps.workspace);
  if (entries === undefined) return undefined;
  return {
    entries,
    read: async (entry) => {
      const stored = isDigest(entry.digest) ? await bytesIfThere(entry.digest, deps.objects) : undefined;
      const text =
        stored === undefined ? deps.workspace.tree.readText(inProject(project, entry.path)) : undefined;
      return stored ?? (text === undefined ? undefined : Buffer.from(text));
    },
  };
}

function givenEntries(project: MlProject, workspace: Workspace): readonly TreeEntry[] | undefined {
  if (project.config.kind !== 'dataset') return undefined;
  const source = datasetSource(project.config);
  if (source.from === 'files') return filesEntries(project, source.globs, workspace);
  return source.from === 'pointer' ? pointedEntry(project, source.path, workspace) : undefined;
}

import { compareText } from '../kernel/index.js';

import { ImportReader } from './file-imports.js';
import type { FileImports, ImportWorkspace } from './model.js';
import { openRequest, PythonLookup, requestsOf } from './python-lookup.js';
import { PythonModules } from './python-modules.js';
import { PythonResolver } from './python-resolve.js';
import type { Importer } from './python-resolve.js';
import { isPython } from './python-walk.js';
import { folderOf, WorkspaceIndex } from './workspace-index.js';

/** A Python file of one project imports something of another. */
export interface PythonProjectEdge {
  readonly sourceFile: string;
  readonly targetProject: string;
}

/**
 * The project edges that the Python files among `files` draw, each once, sorted. Resolves as `importClosure` does, one
 * step deep, each file once as a script, which finds the modules beside it first, and once as a module, which does not.
 */
export function pythonProjectEdges(
  files: readonly string[],
  workspace: ImportWorkspace,
): readonly PythonProjectEdge[] {
  const index = new WorkspaceIndex(workspace.tree, workspace.projects);
  const reader = new ImportReader(workspace);
  const resolver = new PythonResolver(new PythonLookup(new PythonModules(index), reader));
  return [...new Set(files)]
    .filter(isPython)
    .sort(compareText)
    .flatMap((sourceFile) => {
      const imports = reader.read(sourceFile);
      const reached =
        imports === undefined
          ? []
          : [[folderOf(sourceFile)], []].flatMap((scriptFolders) =>
              reachedPaths({ file: sourceFile, scriptFolders }, imports, resolver),
            );
      const own = index.projectOf(sourceFile);
      const targets = new Set(reached.map((path) => index.projectOf(path)).filter((each) => each !== own));
      return [...targets]
        .flatMap((project) => (project === undefined ? [] : [project.name]))
        .sort(compareText)
        .map((targetProject) => ({ sourceFile, targetProject }));
    });
}

function reachedPaths(
  importer: Importer,
  { imports, open }: FileImports,
  resolver: PythonResolver,
): string[] {
  const statements = imports.flatMap((each) => (each.kind === 'python' ? [each] : []));
  const requests = [
    ...statements.flatMap((each) => requestsOf(each).map((wanted) => ({ level: each.level, wanted }))),
    ...open.flatMap((each) => (each.package === undefined ? [] : [openRequest(each.package)])),
  ];
  const resolved = requests.map(({ level, wanted }) =>
    level > 0 ? resolver.relative(importer, level, wanted) : resolver.absolute(importer, wanted),
  );
  return resolved.flatMap(({ hits }) => hits.flatMap((hit) => hit.files));
}

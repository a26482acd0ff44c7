import { folderOf, isInside, joinPath, normalPath } from './workspace-index.js';
import type { WorkspaceIndex } from './workspace-index.js';

/** Where build tools are told which folder holds the modules (setuptools, poetry, hatch, maturin, uv, pytest). */
const setting =
  /\b(?:where|package[-_]dir|packages|from|pythonpath|python-source|module-root|sources|find_packages|find_namespace_packages)\b/;
/** A new key or table ends the value before it. */
const nextSetting = /^\s*(?:\[|[\w.-]+\s*[=:]|$)/;

/**
 * Folders of a project that its pyproject.toml, setup.cfg or setup.py may make a source root. Read as text, not as
 * TOML: a word in those settings that names a folder is taken, as one root too many does little harm. A folder that
 * is itself a package stands for its parent.
 */
export function configuredRoots(index: WorkspaceIndex, project: string): readonly string[] {
  const roots = new Set<string>();
  for (const name of ['pyproject.toml', 'setup.cfg', 'setup.py']) {
    const path = joinPath(project, name);
    const text = index.isFile(path) ? index.readText(path) : undefined;
    for (const word of settingWords(text ?? '')) {
      const folder = normalPath(joinPath(project, word));
      if (folder === undefined || !index.isFolder(folder)) continue;
      const root = index.isFile(joinPath(folder, '__init__.py')) ? folderOf(folder) : folder;
      if (root !== project && isInside(root, project)) roots.add(root);
    }
  }
  return [...roots];
}

function settingWords(text: string): string[] {
  const words: string[] = [];
  let taking = false;
  for (const line of text.split(/\r?\n/)) {
    if (setting.test(line)) taking = true;
    else if (nextSetting.test(line)) taking = false;
    if (taking) words.push(...(line.replace(/#.*/, '').match(/[\w./-]+/g) ?? []));
  }
  return words;
}

import { join } from 'node:path';

import { generateFiles, offsetFromRoot } from '@nx/devkit';
import type { Tree } from '@nx/devkit';

/** Beside dist, in the package as in the repository. */
const templates = join(__dirname, '../../templates');

/**
 * Copies a folder of templates/ into a project. Only files named `*.template` are filled in; code is taken as it is.
 *
 * @param values what the templates name; beside these they know `root`, `offset` (the way from it to the
 *   workspace's root) and `yaml`, which writes a text as YAML.
 */
export function writeTemplate(
  tree: Tree,
  template: string,
  root: string,
  values: Readonly<Record<string, unknown>>,
): void {
  const offset = offsetFromRoot(root);
  generateFiles(tree, join(templates, template), root, { ...values, root, offset, yaml: yamlText });
}

/** A text as YAML reads it back: bare where that is safe, else in quotes. */
function yamlText(text: string): string {
  const isBare = /^[A-Za-z0-9_][A-Za-z0-9_.*?/-]*$/.test(text);
  const meansMore = /^(true|false|null|yes|no|on|off|y|n|0x[\da-f]+|[\d._e+-]+)$/i.test(text);
  return isBare && !meansMore ? text : JSON.stringify(text);
}

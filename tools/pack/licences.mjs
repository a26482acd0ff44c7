// The licences of the packages that a bundle holds parts of, each text once: those that begin alike, and differ by what they name
// of others' work at the end, share the beginning.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ATTRIBUTION = 'DEPENDENCIES & ATTRIBUTION';
const NAMES = ['LICENSE', 'LICENSE.md', 'NOTICE'];

/** @param {readonly string[]} inputs the files of the bundle. */
export function licencesOf(inputs) {
  const folders = new Set(inputs.flatMap((file) => packageFolder(file) ?? []));
  const parts = [...folders].flatMap((folder) => {
    const texts = NAMES.map((name) => join(folder, name)).filter(existsSync);
    if (texts.length === 0)
      throw new Error(`${folder} has no licence, so that nothing of it can be published.`);
    return texts.flatMap((file) => readFileSync(file, 'utf8').split(new RegExp(`(?=^${ATTRIBUTION})`, 'm')));
  });
  return [...new Set(parts.map((part) => part.trim().replaceAll('*/', '* /')))]
    .map((part) => `${part}\n\n`)
    .join('');
}

function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

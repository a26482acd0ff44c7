import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';
import { hubLayout, verifyStoredBundle } from '@nx-ml/core/usecases/package';

import { countText } from '../../report/quantities.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { storedBundle, verifyOptions } from './bundle-at-hand.js';
import { placeFiles } from './place-files.js';

const help = `nx-ml package export PROJECT FOLDER [--to oci|huggingface]

Writes the bundle that nx run PROJECT:package left into a new folder; each byte is compared on its way.

  --to oci           (default) an OCI image layout with ModelPack media types: oras copy --from-oci-layout FOLDER@DIGEST ...
  --to huggingface   the layout of a repository of the Hugging Face Hub: the model's files beside README.md

Examples
  nx-ml package export spam-filter dist/spam-filter
  nx-ml package export spam-filter dist/hub --to huggingface
`;

export const packageExport: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { to: { type: 'string' } }, help);
    const [project, folder] = positionals;
    const to = values['to'] ?? 'oci';
    if (project === undefined || folder === undefined || positionals.length > 2)
      throw usageError('nx-ml package export needs a project and a folder', help);
    if (to !== 'oci' && to !== 'huggingface')
      throw usageError(`"${String(to)}" is no layout: oci, huggingface`, help);
    const target = resolve(io.cwd, folder);
    if (existsSync(target)) throw taken(target);
    const stored = await storedBundle(project, io.cwd);
    const bundle = await verifyStoredBundle(stored.bundle, verifyOptions([], undefined), stored.objects);
    await (to === 'oci'
      ? stored.objects.materialise(stored.bundle, target, { for: 'edit' })
      : placeFiles(hubLayout(bundle), target, stored.objects));
    io.write(`${folder} holds ${bundle.digest}: ${countText(bundle.files.length, 'file')}\n`);
    return 0;
  },
};

function taken(target: string): MlError {
  return new MlError('ERR_ML_FILE_INACCESSIBLE', {
    message: `${target} is there already`,
    fix: 'Name a folder that is not there yet: nothing of yours is written over.',
  });
}

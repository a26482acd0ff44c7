import { bundleText } from '../../report/bundle-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { verifiedBundle, verifyOptions } from './bundle-at-hand.js';

const help = `nx-ml package show PROJECT|FOLDER [--json]

Prints what a bundle holds: how it is served, its signature, every file with its digest. All of it is read and compared first.
A project stands for the bundle that nx run PROJECT:package left in this workspace.

  --json   one JSON document, with the provenance

Examples
  nx-ml package show spam-filter
  nx-ml package show ./bundle --json | jq .statement.predicate
`;

export const packageShow: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    const [what] = positionals;
    if (what === undefined || positionals.length > 1)
      throw usageError('nx-ml package show needs one project or folder', help);
    const bundle = await verifiedBundle(what, io.cwd, verifyOptions([], undefined));
    io.write(values['json'] === true ? `${JSON.stringify(bundle, null, 2)}\n` : bundleText(bundle));
    return 0;
  },
};

import { countText } from '../../report/quantities.js';
import { signatureText } from '../../report/bundle-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { verifiedBundle, verifyOptions } from './bundle-at-hand.js';

const help = `nx-ml package verify PROJECT|FOLDER [--key KEY]... [--expect DIGEST] [--json]

Reads all of a bundle and compares each byte with its manifest, each document with its one form, and the attestation with what it
is about. With keys one of them must have signed it.

  --key KEY         ed25519:<base64>, as nx-ml package key prints it; again for more. NX_ML_TRUSTED_KEYS names some for good
  --expect DIGEST   the digest that it must have: sha256:<64 hex>
  --json            one JSON document

Exit codes: 0 it is right, 1 it is not.

Examples
  nx-ml package verify spam-filter
  nx-ml package verify ./bundle --key ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
`;

export const packageVerify: CliCommand = {
  help,
  async run(args, io) {
    const { values, lists, positionals } = parseOptions(
      args,
      { key: { type: 'string', multiple: true }, expect: { type: 'string' }, json: { type: 'boolean' } },
      help,
    );
    const [what] = positionals;
    if (what === undefined || positionals.length > 1)
      throw usageError('nx-ml package verify needs one project or folder', help);
    const expected = typeof values['expect'] === 'string' ? values['expect'] : undefined;
    const options = verifyOptions(lists['key'] ?? [], expected);
    const bundle = await verifiedBundle(what, io.cwd, options);
    const { digest, files, signedBy } = bundle;
    io.write(
      values['json'] === true
        ? `${JSON.stringify({ digest, files: files.length, signedBy })}\n`
        : `${digest} is whole: ${countText(files.length, 'file')}, ${signatureText(bundle)}\n`,
    );
    return 0;
  },
};

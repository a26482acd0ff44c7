import type { CardFacts } from './card-facts.js';

/** Licences that the Hub knows by the SPDX name in lower case; any other is `other` with a name. */
const known = new Set([
  ...[
    'apache-2.0',
    'mit',
    'bsd',
    'bsd-2-clause',
    'bsd-3-clause',
    'isc',
    'unlicense',
    'zlib',
    'mpl-2.0',
    'epl-2.0',
    'ecl-2.0',
  ],
  ...[
    'gpl-2.0',
    'gpl-3.0',
    'lgpl-2.1',
    'lgpl-3.0',
    'agpl-3.0',
    'artistic-2.0',
    'ms-pl',
    'ncsa',
    'ofl-1.1',
    'osl-3.0',
    'wtfpl',
  ],
  ...[
    'cc0-1.0',
    'cc-by-2.0',
    'cc-by-2.5',
    'cc-by-3.0',
    'cc-by-4.0',
    'cc-by-sa-3.0',
    'cc-by-sa-4.0',
    'cc-by-nc-2.0',
  ],
  ...[
    'cc-by-nc-3.0',
    'cc-by-nc-4.0',
    'cc-by-nd-4.0',
    'cc-by-nc-nd-3.0',
    'cc-by-nc-nd-4.0',
    'cc-by-nc-sa-2.0',
  ],
  ...[
    'cc-by-nc-sa-3.0',
    'cc-by-nc-sa-4.0',
    'afl-3.0',
    'bsl-1.0',
    'eupl-1.1',
    'eupl-1.2',
    'postgresql',
    'pddl',
    'odbl',
    'odc-by',
  ],
]);

/** The head of a card as the Hugging Face Hub reads it: YAML, each text quoted as JSON, which YAML holds. */
export function frontMatter({ license, runtime }: CardFacts): string {
  const spdx = license?.toLowerCase().replace(/-(?:only|or-later)$/, '');
  const lines = [
    ...(license === undefined || spdx === undefined
      ? []
      : known.has(spdx)
        ? [`license: ${spdx}`]
        : [
            'license: other',
            `license_name: ${JSON.stringify(license.toLowerCase().replace(/[^a-z0-9.]+/g, '-'))}`,
          ]),
    ...(runtime.kind === 'onnx' ? ['library_name: onnx'] : []),
    'tags:',
    ...(runtime.kind === 'onnx' ? ['- onnx'] : []),
    '- nx-ml',
  ];
  return `---\n${lines.join('\n')}\n---\n`;
}

import { stringify } from '../../kernel/yaml.js';

import type { JsonObject, JsonValue } from '../../kernel/index.js';

/** On the first line of every file that an import may write anew. */
export const importMark =
  '# Written by nx-ml:import-dvc, and written anew when it runs again. Delete this line to keep what you change.';

/** An ml.yaml, in the order of its keys, commands as blocks of lines. */
export function mlYamlText(config: JsonObject, root: string): string {
  const up = root
    .split('/')
    .map(() => '..')
    .join('/');
  const schema = `# yaml-language-server: $schema=${up}/node_modules/nx-ml/schemas/ml.schema.json`;
  return `${importMark}\n${schema}\n${stringify(config, { lineWidth: 0, singleQuote: true })}`;
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A map without the entries that say nothing. */
export function compact(entries: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(entries).filter(
      (entry): entry is [string, JsonValue] => entry[1] !== undefined && !isEmpty(entry[1]),
    ),
  );
}

import type * as YamlReader from './yaml-reader.js';
import type { YamlReading } from './yaml-reader.js';

/** As yaml-reader.ts has it. Its parser is loaded with the first text: most processes find all configurations parsed. */
export function readYaml(text: string): YamlReading {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with this file
  const reader = require('./yaml-reader.js') as typeof YamlReader;
  return reader.readYaml(text);
}

import type { UnpackOptions } from './unpack.js';

/** What an import needs of .dvc/config. */
export interface DvcConfig {
  /** As written: absolute, or relative to the .dvc folder. undefined: `.dvc/cache`. */
  readonly cacheFolder: string | undefined;
  readonly unpack: UnpackOptions;
}

/**
 * Reads .dvc/config, and config.local which goes before it. Anything but the few keys asked for is passed over.
 *
 * @param texts config first, config.local second; an absent file is an empty text.
 */
export function parseDvcConfig(...texts: readonly string[]): DvcConfig {
  const values = new Map(texts.flatMap((text) => [...configValues(text)]));
  return {
    cacheFolder: values.get('cache.dir'),
    unpack: {
      bool: values.get('parsing.bool') === 'boolean_optional' ? 'boolean_optional' : 'store_true',
      list: values.get('parsing.list') === 'append' ? 'append' : 'nargs',
    },
  };
}

/** The values of one configuration file, as `section.key`; that of a remote is `remote "name".url`. */
export function* configValues(text: string): Generator<[string, string]> {
  let section = '';
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const header = /^\[\s*'?([^\]']+?)'?\s*\]$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key, value] = /^([A-Za-z_]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) yield [`${section}.${key}`, unquoted(value)];
  }
}

function unquoted(value: string): string {
  return /^(?:"[^"]*"|'[^']*')$/.test(value) ? value.slice(1, -1) : value;
}

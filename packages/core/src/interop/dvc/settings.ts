import { resolve } from 'node:path';

import { configValues } from './config.js';

/** One of DVC's configuration files. */
export interface DvcConfigFile {
  readonly text: string;
  /** Absolute: the folder that it lies in, from which its paths are relative. */
  readonly folder: string;
}

/** A remote as DVC's configuration has it. */
export interface DvcRemote {
  readonly name: string;
  /** With a scheme, or an absolute path. */
  readonly url: string;
  /** Other settings, such as `endpointurl` and `region`, as written. */
  readonly options: ReadonlyMap<string, string>;
}

/** Where DVC keeps data. */
export interface DvcSettings {
  /** Absolute; undefined: `cache` in the project's .dvc folder. */
  readonly cacheFolder: string | undefined;
  /** The name of the remote that is meant where none is named. */
  readonly defaultRemote: string | undefined;
  readonly remotes: ReadonlyMap<string, DvcRemote>;
}

/**
 * Reads DVC's configuration files, each laid over those before it: of the system, the user, the project, and config.local.
 *
 * @param home absolute: what a leading `~` stands for.
 */
export function parseDvcSettings(files: readonly DvcConfigFile[], home: string): DvcSettings {
  const values = new Map(files.flatMap(({ text, folder }) => placed(text, folder, home)));
  const options = new Map<string, Map<string, string>>();
  for (const [key, value] of values) {
    const [, name, option] = /^remote "([^"]+)"\.([a-z_]+)$/.exec(key) ?? [];
    if (name === undefined || option === undefined) continue;
    options.set(name, (options.get(name) ?? new Map<string, string>()).set(option, value));
  }
  const remotes = [...options].map(([name, own]): [string, DvcRemote] => {
    const { url = '', rest } = split(own);
    return [name, { name, url, options: rest }];
  });
  return {
    cacheFolder: values.get('cache.dir'),
    defaultRemote: values.get('core.remote'),
    remotes: new Map(remotes.filter(([, { url }]) => url !== '')),
  };
}

function placed(text: string, folder: string, home: string): readonly [string, string][] {
  return [...configValues(text)].map(([key, value]) => {
    const isPlace =
      key === 'cache.dir' || (/^remote ".*"\.url$/.test(key) && !/^\w[\w+.-]*:\/\//.test(value));
    return [key, isPlace ? resolve(folder, value.replace(/^~(?=\/|$)/, home)) : value];
  });
}

function split(own: ReadonlyMap<string, string>): { url: string | undefined; rest: Map<string, string> } {
  return { url: own.get('url'), rest: new Map([...own].filter(([key]) => key !== 'url')) };
}

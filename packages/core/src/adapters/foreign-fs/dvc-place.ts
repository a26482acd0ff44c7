import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { dvcRootOf, parseDvcSettings } from '../../interop/dvc/index.js';
import type { DvcConfigFile, DvcSettings } from '../../interop/dvc/index.js';
import { textOf } from './text-of.js';

/** The DVC project that a .dvc file belongs to. */
export interface DvcPlace extends DvcSettings {
  /** Workspace-relative: the folder with the .dvc folder; '' also where there is none. */
  readonly root: string;
  /** There is a .dvc folder. */
  readonly isProject: boolean;
  /** Absolute. */
  readonly cacheFolder: string;
}

/**
 * @param root absolute; of the workspace.
 * @param file workspace-relative.
 */
export function dvcPlace(root: string, file: string): DvcPlace {
  const folder = dirname(file) === '.' ? '' : dirname(file);
  const owner = dvcRootOf(folder, (path) => existsSync(join(root, path)));
  const own = join(root, owner ?? '', '.dvc');
  const settings = parseDvcSettings(configFiles(own), homedir());
  return {
    ...settings,
    root: owner ?? '',
    isProject: owner !== undefined,
    cacheFolder: settings.cacheFolder ?? join(own, 'cache'),
  };
}

/** As DVC lays them over one another: of the system, of the user, of the project, of this clone. */
function configFiles(own: string): readonly DvcConfigFile[] {
  const { env } = process;
  const [system, user] =
    process.platform === 'darwin'
      ? ['/Library/Application Support/dvc', join(homedir(), 'Library/Application Support/dvc')]
      : ['/etc/xdg/dvc', join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'dvc')];
  return [
    configFile(env['DVC_SYSTEM_CONFIG_DIR'] ?? system, 'config'),
    configFile(env['DVC_GLOBAL_CONFIG_DIR'] ?? user, 'config'),
    configFile(own, 'config'),
    configFile(own, 'config.local'),
  ];
}

function configFile(folder: string, name: string): DvcConfigFile {
  return { folder, text: textOf(join(folder, name), 1_000_000) ?? '' };
}

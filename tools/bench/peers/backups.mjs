import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { runQuietly } from '../large-file.mjs';

const restic = (args) =>
  runQuietly('restic', ['--quiet', '--no-cache', ...args], {
    env: { ...process.env, RESTIC_PASSWORD: 'bench' },
  });
const borg = (args, repository) =>
  runQuietly('borg', args, { env: { ...process.env, BORG_BASE_DIR: `${repository}.base` } });

/** Bytes of all files below a folder. */
function bytesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Backup programs that cut by content, as Debian has them, without compression. */
export const backupPeers = [
  {
    name: 'restic',
    init: (repository) => restic(['init', '-r', repository]),
    keep: (repository, file) => restic(['backup', '-r', repository, file]),
    size: async (repository) => bytesBelow(repository),
  },
  {
    name: 'borg',
    init: (repository) => borg(['init', '-e', 'none', repository], repository),
    keep: (repository, file, name) =>
      borg(['create', '-C', 'none', `${repository}::${name}`, file], repository),
    size: async (repository) => bytesBelow(repository),
  },
];

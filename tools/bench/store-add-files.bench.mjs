import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  benchFolder,
  cli,
  gitRepository,
  race,
  run,
  storeModule,
  worstOf,
  writeSmallFiles,
} from './store-peers.mjs';

/*
 * 20,000 files of 4 KB. What limits it is the file system, which makes 20,000 new files for whoever stores copies: `cp -r` is the
 * least that this costs. `--link` makes none. git does not wait for the disk to have its objects, the store does. Each contestant's
 * data lies on the disk before its time begins.
 */
export const title = 'add of 20,000 files of 4 KB, whole processes, beside git, git-lfs, restic, borg and cp';
export const target = 1;

const rounds = 3;

export async function measure(say) {
  const folder = benchFolder();
  try {
    const source = folder.at('source');
    writeSmallFiles(source);
    settle(source);
    const password = folder.at('password');
    writeFileSync(password, 'bench');
    const filled = (repository) => {
      cpSync(source, join(repository.folder, 'data'), { recursive: true });
      settle(repository.folder);
      return repository;
    };
    const workspace = (name, round) => {
      const { folder: cwd } = filled(gitRepository(folder.at(`${name}-${round}`)));
      writeFileSync(join(cwd, 'nx.json'), '{}');
      return { cwd, env: { ...process.env, NX_ML_STORE: folder.at(`${name}-store-${round}`) } };
    };
    const script = `require(${JSON.stringify(storeModule)}).openFolderStore({ root: process.argv[1] })
      .then(({ objects }) => objects.putTree(process.argv[2]))`;
    const medians = await race(
      [
        { name: 'cp -r', run: (_, round) => run('cp', ['-r', source, folder.at(`cp-${round}`)]) },
        {
          name: 'the store, in a process of its own',
          run: (_, round) => run(process.execPath, ['-e', script, folder.at(`store-${round}`), source]),
        },
        {
          name: 'nx-ml data add',
          prepare: (round) => workspace('nx-ml', round),
          run: (options) => run(process.execPath, [cli, 'data', 'add', 'data'], options),
        },
        {
          name: 'nx-ml data add --link',
          prepare: (round) => workspace('nx-ml-link', round),
          run: (options) => run(process.execPath, [cli, 'data', 'add', '--link', 'data'], options),
        },
        {
          name: 'git add',
          prepare: (round) => filled(gitRepository(folder.at(`git-${round}`))),
          run: ({ git }) => git('add', '.'),
        },
        {
          name: 'git add, its objects synced',
          rounds: 1,
          prepare: (round) =>
            filled(
              gitRepository(
                folder.at(`synced-${round}`),
                ['config', 'core.fsync', 'loose-object'],
                ['config', 'core.fsyncMethod', 'batch'],
              ),
            ),
          run: ({ git }) => git('add', '.'),
        },
        {
          name: 'git-lfs: git add',
          needs: ['git-lfs'],
          rounds: 1,
          prepare: (round) =>
            filled(
              gitRepository(
                folder.at(`lfs-${round}`),
                ['lfs', 'install', '--local'],
                ['lfs', 'track', '*.bin'],
              ),
            ),
          run: ({ git }) => git('add', '.'),
        },
        {
          name: 'restic backup',
          needs: ['restic', ['version']],
          rounds: 1,
          prepare: () => run('restic', ['-q', 'init', '-r', folder.at('restic'), '-p', password]),
          run: () =>
            run('restic', ['-q', '--no-cache', 'backup', '-r', folder.at('restic'), '-p', password, source]),
        },
        {
          name: 'borg create',
          needs: ['borg'],
          rounds: 1,
          prepare: () => {
            mkdirSync(folder.at('borg-home'));
            const env = { ...process.env, BORG_BASE_DIR: folder.at('borg-home') };
            run('borg', ['init', '-e', 'none', folder.at('borg')], { env });
            return env;
          },
          run: (env) => run('borg', ['create', '-C', 'none', `${folder.at('borg')}::one`, source], { env }),
        },
      ],
      rounds,
      say,
    );
    const demands = [
      ['git add', 0.2],
      ['git-lfs: git add', 1 / 10],
    ];
    const ours = ['the store, in a process of its own', 'nx-ml data add', 'nx-ml data add --link'];
    say('');
    return Math.max(...ours.map((name) => worstOf(name, medians, demands, say)));
  } finally {
    folder.remove();
  }
}

/** What was just written is on the disk. Where that cannot be asked for, the first to sync pays for all. */
function settle(path) {
  spawnSync('sync', ['-f', path], { stdio: 'ignore' });
}

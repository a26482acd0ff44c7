import { randomFillSync } from 'node:crypto';
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { benchFolder, cli, gitRepository, race, run, worstOf } from './store-peers.mjs';

/*
 * `add` reads 1 GB, hashes it, writes it and waits until the disk has it. Hashing alone takes openssl as long as its row
 * says; a program that also stores the bytes can only come near when it does all else meanwhile. What limits it then is the second
 * processor (which writes), the memory's bandwidth, and what the disk has left to do when the last byte is hashed.
 * The peer that does as much is openssl, then cp, then a sync of the copy.
 */
export const title =
  'add of one file of 1 GB, whole processes, beside openssl, git-lfs, git-annex, restic and borg';
export const target = 1;

const size = 1_000_000_000;
const rounds = 5;

export async function measure(say) {
  const folder = benchFolder();
  try {
    const source = folder.at('source.bin');
    writeRandom(source);
    const password = folder.at('password');
    writeFileSync(password, 'bench');
    const place = (name) => (round) => {
      const made = folder.at(`${name}-${round}`);
      mkdirSync(made, { recursive: true });
      return made;
    };
    const copied = (repository) => {
      copyFileSync(source, join(repository.folder, 'data.bin'));
      return repository;
    };
    // Few files, so that deleting them slows nobody down; all the rounds together would fill many a disk.
    const clear = (round) => {
      for (const name of readdirSync(folder.base))
        if (name.endsWith(`-${round}`)) rmSync(folder.at(name), { recursive: true, force: true });
    };
    const contestants = [
      { name: 'openssl dgst -sha256', run: () => run('openssl', ['dgst', '-sha256', source]) },
      {
        name: 'openssl, then cp, then sync',
        prepare: place('copy'),
        run: (made) => {
          run('openssl', ['dgst', '-sha256', source]);
          run('cp', [source, join(made, 'copy')]);
          run('sync', [join(made, 'copy')]);
        },
      },
      {
        name: 'nx-ml data add',
        prepare: (round) => {
          const { folder: cwd } = copied(gitRepository(folder.at(`nx-ml-${round}`)));
          writeFileSync(join(cwd, 'nx.json'), '{}');
          return { cwd, env: { ...process.env, NX_ML_STORE: folder.at(`nx-ml-store-${round}`) } };
        },
        run: (options) => run(process.execPath, [cli, 'data', 'add', 'data.bin'], options),
      },
      {
        name: 'git-lfs: git add',
        needs: ['git-lfs'],
        rounds: 2,
        prepare: (round) =>
          copied(
            gitRepository(
              folder.at(`lfs-${round}`),
              ['lfs', 'install', '--local'],
              ['lfs', 'track', '*.bin'],
            ),
          ),
        run: ({ git }) => git('add', '.'),
      },
      {
        name: 'git annex add',
        needs: ['git-annex', ['version']],
        rounds: 2,
        prepare: (round) => copied(gitRepository(folder.at(`annex-${round}`), ['annex', 'init', '-q'])),
        run: ({ git }) => git('annex', 'add', '-q', '.'),
      },
      {
        name: 'restic backup',
        needs: ['restic', ['version']],
        rounds: 2,
        prepare: (round) => {
          const repository = folder.at(`restic-${round}`);
          run('restic', ['-q', 'init', '-r', repository, '-p', password]);
          return repository;
        },
        run: (repository) =>
          run('restic', ['-q', '--no-cache', 'backup', '-r', repository, '-p', password, source]),
      },
      {
        name: 'borg create',
        needs: ['borg'],
        rounds: 2,
        prepare: (round) => {
          const repository = folder.at(`borg-${round}`);
          const env = { ...process.env, BORG_BASE_DIR: folder.at('borg-home') };
          run('borg', ['init', '-e', 'none', repository], { env });
          return { repository, env };
        },
        run: ({ repository, env }) =>
          run('borg', ['create', '-C', 'none', `${repository}::one`, source], { env }),
      },
    ];
    const medians = await race(
      contestants.map((each) => ({ ...each, after: clear })),
      rounds,
      say,
    );
    const demands = [
      ['openssl dgst -sha256', 1.3],
      ['git-lfs: git add', 1 / 4],
      ['git annex add', 1 / 3],
    ];
    say('');
    return worstOf('nx-ml data add', medians, demands, say);
  } finally {
    folder.remove();
  }
}

function writeRandom(path) {
  const block = Buffer.allocUnsafe(10_000_000);
  const file = openSync(path, 'w');
  for (let written = 0; written < size; written += block.length) writeSync(file, randomFillSync(block));
  closeSync(file);
  readFileSync(path); // into the page cache, for all
}

import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

import { benchFolder, race, run, storeModule, worstOf, writeSmallFiles } from './store-peers.mjs';

const { openFolderStore } = createRequire(import.meta.url)(storeModule);

/*
 * 20,000 files of 4 KB brought into a workspace by hard link, every one of them hashed on the way. Two situations: a new folder on a
 * file system where nothing was deleted lately, and the everyday one, where another version stood there before and is
 * deleted for it. In the second one a copy pays for what ext4 does to keep inodes that were just freed apart; a link makes no
 * inode. The demand (0.1 x `cp -r`) was measured in the second one, and is judged there. `cp -rl` links and verifies nothing.
 */
export const title = '20,000 files of 4 KB materialised by link and verified, beside cp -r and cp -rl';
export const target = 1;

const rounds = 3;

export async function measure(say) {
  const folder = benchFolder();
  try {
    const source = folder.at('source');
    writeSmallFiles(source);
    const { objects } = await openFolderStore({ root: folder.at('store') });
    const ref = await objects.putTree(source);
    const contestants = (place, prepare) => [
      { name: `materialise, ${place}`, prepare, run: (to) => objects.materialise(ref, to('linked')) },
      { name: `cp -r, ${place}`, prepare, run: (to) => run('cp', ['-r', source, to('copied')]) },
      { name: `cp -rl, ${place}`, prepare, run: (to) => run('cp', ['-rl', source, to('cp-linked')]) },
    ];
    const fresh = (round) => (name) => folder.at(`${name}-${round}`);
    const medians = await race(contestants('a new folder', fresh), rounds, say);
    // What stood there before, in the very block group: copies that are deleted just before.
    const replaced = (round) => {
      cpSync(source, folder.at(`old-${round}`), { recursive: true });
      rmSync(folder.at(`old-${round}`), { recursive: true });
      return (name) => folder.at(`${name}-again-${round}`);
    };
    const again = await race(contestants('after deleting the old one', replaced), rounds, say);
    say('');
    worstOf('materialise, a new folder', medians, [['cp -r, a new folder', 0.1]], say);
    return worstOf(
      'materialise, after deleting the old one',
      again,
      [['cp -r, after deleting the old one', 0.1]],
      say,
    );
  } finally {
    folder.remove();
  }
}

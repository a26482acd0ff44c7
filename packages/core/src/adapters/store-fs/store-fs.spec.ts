import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hexOf } from '../../kernel/index.js';
import { journalEntryName } from '../../store/index.js';
import { describeJournal } from '../../store/journal.contract.js';
import { describeObjectStore } from '../../store/object-store.contract.js';
import type { ObjectStoreRig } from '../../store/testing/store-place.js';
import { nodeFileCalls, openFolderStore } from './index.js';
import type { FileCalls } from './index.js';
import { systemError, watchedCalls } from './testing/scratch.js';

/** Opens a store on a file system with these powers, for the contract. */
function rigWith(calls: FileCalls): (folder: string) => Promise<ObjectStoreRig> {
  return async (folder) => {
    const { objects } = await openFolderStore({ root: folder, calls });
    return {
      store: objects,
      damage: (digest, change) => {
        const hex = hexOf(digest);
        const path = join(folder, 'objects', 'sha256', hex.slice(0, 2), hex.slice(2));
        const bytes = change(fs.readFileSync(path));
        fs.chmodSync(path, 0o644);
        fs.writeFileSync(path, bytes);
      },
      quarantined: () => fs.readdirSync(join(folder, 'quarantine')).length,
    };
  };
}

describeObjectStore('The folder store', rigWith(nodeFileCalls));

// A plain copy stands for the clone: it gives the same bytes and shares none.
const cloning = { ...nodeFileCalls, copyFileSync: copyAsClone };
describeObjectStore('The folder store on a file system with reflinks', rigWith(cloning));

function copyAsClone(from: fs.PathLike, to: fs.PathLike): void {
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
}

// Neither clones nor links, and no way to sync a whole file system: every fallback at once.
const bare: FileCalls = {
  ...watchedCalls((name) => {
    if (name === 'copyFileSync') throw systemError('ENOTSUP');
    if (name === 'linkSync') throw systemError('EXDEV');
  }),
  syncFileSystem: () => Promise.resolve(false),
};
describeObjectStore('The folder store with nothing but copies', rigWith(bare));

describeJournal('The folder store', async () => {
  const root = fs.mkdtempSync(join(tmpdir(), 'nx-ml-journal-'));
  const { journals } = await openFolderStore({ root });
  const pathOf = (name: string, sequence: number): string =>
    join(root, 'journals', name, journalEntryName(sequence));
  return {
    journal: journals,
    stored: (name, sequence) => fs.readFileSync(pathOf(name, sequence)),
    replace: (name, sequence, bytes) => {
      fs.rmSync(pathOf(name, sequence));
      if (bytes !== undefined) fs.writeFileSync(pathOf(name, sequence), bytes);
    },
    close: () => {
      fs.rmSync(root, { recursive: true });
    },
  };
});

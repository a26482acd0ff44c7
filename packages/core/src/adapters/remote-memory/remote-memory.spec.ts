import { describeBlobs } from '../../remote/blobs.contract.js';
import { describeServedBlobs } from '../../remote/served-blobs.contract.js';
import { journalPrefix, RemoteJournal } from '../../remote/index.js';
import { journalEntryName } from '../../store/index.js';
import { describeJournal } from '../../store/journal.contract.js';
import { MemoryBlobs } from './index.js';

describeBlobs('MemoryBlobs', () => {
  const blobs = new MemoryBlobs();
  return Promise.resolve({ blobs, again: blobs, close: () => undefined });
});

describeServedBlobs('MemoryBlobs', () => {
  const blobs = new MemoryBlobs();
  return Promise.resolve({ blobs, again: blobs, close: () => undefined });
});

describeJournal('A journal in a remote', () => {
  const blobs = new MemoryBlobs();
  const nameOf = (name: string, sequence: number): string =>
    `${journalPrefix(name)}${journalEntryName(sequence)}`;
  return Promise.resolve({
    journal: new RemoteJournal(blobs),
    stored: (name, sequence) => {
      const bytes = blobs.blobs.get(nameOf(name, sequence));
      if (bytes === undefined) throw new Error(`${name} has no entry ${String(sequence)}`);
      return bytes;
    },
    replace: (name, sequence, bytes) => {
      if (bytes === undefined) blobs.blobs.delete(nameOf(name, sequence));
      else blobs.blobs.set(nameOf(name, sequence), bytes);
    },
    close: () => {
      blobs.blobs.clear();
    },
  });
});

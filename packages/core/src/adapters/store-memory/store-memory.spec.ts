import { describeJournal } from '../../store/journal.contract.js';
import { describeObjectStore } from '../../store/object-store.contract.js';
import { journalEntryName } from '../../store/index.js';
import { MemoryJournal, MemoryObjectStore } from './index.js';

describeObjectStore('MemoryObjectStore', () => {
  const store = new MemoryObjectStore();
  return Promise.resolve({
    store,
    damage: (digest, change) => {
      store.bytes.set(digest, change(store.bytes.get(digest) ?? Buffer.alloc(0)));
    },
    quarantined: () => store.quarantine.length,
  });
});

describeJournal('MemoryJournal', () => {
  const journal = new MemoryJournal();
  return Promise.resolve({
    journal,
    stored: (name, sequence) => {
      const bytes = journal.files.get(name)?.get(journalEntryName(sequence));
      if (bytes === undefined) throw new Error(`${name} has no entry ${String(sequence)}`);
      return bytes;
    },
    replace: (name, sequence, bytes) => {
      if (bytes === undefined) journal.files.get(name)?.delete(journalEntryName(sequence));
      else journal.files.get(name)?.set(journalEntryName(sequence), bytes);
    },
    close: () => {
      journal.files.clear();
    },
  });
});

import type { ScrubReport } from '../../operations/scrub.js';
import type { Io, ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server scrub [--dry-run] [--json] [--storage FOLDER|s3://…] [--state FOLDER]

Reads every entry of Nx and compares its bytes with what was signed. What is wrong is moved to quarantine/ in the storage,
so that the task can store its result anew. A running server may go on. Exits with 1 when something was wrong.

  --dry-run  moves nothing
  --storage, --state  otherwise NX_ML_SERVER_STORAGE and NX_ML_SERVER_STATE
  --json     one JSON object: {entries, bytes, wrong: [{blob, reason, movedTo}]}

The store is looked after by its users: nx-ml store verify --remote --deep.

Examples
  nx-ml-server scrub --dry-run
  nx-ml-server scrub --storage /srv/nx-ml/storage --state /srv/nx-ml/state
`;

export const scrubCommand: ServerCommand = {
  name: 'scrub',
  summary: 'read all entries anew and move away what is not what was signed',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, { help, texts: ['storage'], switches: ['dry-run', 'json'] });
    const { openNamedStorage } = await import('./open.js');
    const { blobs, state } = await openNamedStorage(options);
    const { scrub } = await import('../../operations/scrub.js');
    const { SigningKeyFile } = await import('../../access/keys/index.js');
    const { publicKeys: keys } = await new SigningKeyFile(state).current();
    const isDry = options.has('dry-run');
    const report = await scrub({ blobs, keys, isDry, onProgress: progress(io) });
    io.write(options.has('json') ? `${JSON.stringify(report)}\n` : textOf(report));
    return report.wrong.length === 0 ? 0 : 1;
  },
};

/** A line every five seconds: it may take hours, and somebody waits. */
function progress({ clock, tell }: Io): (done: { entries: number; bytes: number }) => void {
  const startedAt = clock.monotonic();
  let toldAt = startedAt;
  return ({ entries, bytes }) => {
    const now = clock.monotonic();
    if (now - toldAt < 5000) return;
    toldAt = now;
    const rate = bytes / 1000 / (now - startedAt);
    tell(`${String(entries)} entries, ${(bytes / 1e6).toFixed(0)} MB read, ${rate.toFixed(0)} MB/s\n`);
  };
}

function textOf({ entries, bytes, wrong }: ScrubReport): string {
  const rows = wrong.map(
    ({ blob, reason, movedTo }) =>
      `  ${blob}\n    ${reason}${movedTo === undefined ? '' : `\n    moved to ${movedTo}`}\n`,
  );
  const read = `${String(entries)} entries, ${(bytes / 1e6).toFixed(1)} MB read`;
  return `${rows.join('')}${read}: ${wrong.length === 0 ? 'all as they were signed' : `${String(wrong.length)} wrong`}\n`;
}

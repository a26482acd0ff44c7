import { join } from 'node:path';

import { openFromSource } from './open-from-source.js';

/** Runs jobs in a folder for ever; each leaves the process ids of itself, of a stubborn child and of its parent there. */
const [folder = '', count = ''] = process.argv.slice(2);
const engine = openFromSource();
const command = `echo $PPID > "$ID.launcher"; echo $$ > "$ID.pid"
(trap '' TERM HUP; sh -c 'echo $$ > "$ID.child.pid"; while :; do sleep 600; done') &
wait`;
for (let at = 0; at < Number(count); at += 1) {
  const id = `job-${String(at)}`;
  void engine.run(
    {
      id,
      command,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', ID: id },
      logFile: join(folder, `${id}.log`),
      progressFile: join(folder, `${id}.progress`),
      resources: { gpu: 0, memory: 0 },
    },
    {},
    new AbortController().signal,
  );
}

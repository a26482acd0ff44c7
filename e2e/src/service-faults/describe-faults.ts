import { diskRows, smallStoreRows } from './all-rows.js';
import { checkRow } from './check-row.js';
import type { FaultRow } from './fault-row.js';
import { faultTable } from './fault-table.js';
import { Scene } from './scene.js';
import { hasSmallDisks } from './small-disk.js';

/** Brings one fault after another to a service under load, and prints the table of what was met. */
export function describeFaults(rows: readonly FaultRow[]): void {
  const met = new Map<string, string>();
  afterAll(() => {
    process.stdout.write(`\n${faultTable(rows, met)}\n`);
  });

  const describeRows = (name: string, some: readonly FaultRow[], disk?: string): void => {
    describe(name, () => {
      const scene = new Scene(disk);
      beforeAll(() => scene.open());
      afterAll(() => scene.close());
      it.each(some.filter((row) => hasSmallDisks || !smallStoreRows.includes(row)))(
        'outlives: $fault',
        async (row) => {
          met.set(row.fault, await checkRow(row, scene));
        },
      );
    });
  };
  const onSmallDisk = rows.filter((row) => diskRows.includes(row));
  describeRows(
    'a service under load',
    rows.filter((row) => !diskRows.includes(row)),
  );
  // 32 MB are kept free for routes.
  if (hasSmallDisks && onSmallDisk.length > 0)
    describeRows('a service under load on a small disk', onSmallDisk, '80m');
}

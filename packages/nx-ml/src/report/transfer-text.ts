import { countText, sizeText } from './quantities.js';

/** What a push wrote, or would write. */
export interface PushReport {
  readonly remote: string;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were there already. */
  readonly there: number;
  readonly dryRun: boolean;
}

/** `pushed 20,013 objects, 1.3 GB, to s3://models; 312 were there`. */
export function pushText({ remote, objects, bytes, there, dryRun }: PushReport): string {
  if (objects === 0) return `nothing to push: ${remote} has all ${countText(there, 'object')}\n`;
  const what = `${countText(objects, 'object')}, ${sizeText(bytes)}, to ${remote}`;
  const rest = there === 0 ? '' : `; ${there.toLocaleString('en-US')} ${dryRun ? 'are' : 'were'} there`;
  return `${dryRun ? 'would push' : 'pushed'} ${what}${rest}\n`;
}

/** What became of one pointer's data. */
export interface PlacedData {
  readonly path: string;
  readonly placed: number;
  readonly removed: number;
}

export interface PullReport {
  /** undefined: nothing was asked of one. */
  readonly remote?: string;
  readonly objects: number;
  readonly bytes: number;
  readonly data: readonly PlacedData[];
  readonly dryRun: boolean;
}

/** A line for each data that changed, and one for all that came. */
export function pullText({ remote, objects, bytes, data, dryRun }: PullReport): string {
  const changed = data.filter(({ placed, removed }) => placed + removed > 0);
  const width = Math.max(0, ...changed.map(({ path }) => path.length));
  const lines = changed.map(({ path, placed, removed }) => {
    const parts = [
      ...(placed > 0 ? [`${countText(placed, 'file')} ${dryRun ? 'to place' : 'placed'}`] : []),
      ...(removed > 0 ? [`${countText(removed, 'file')} ${dryRun ? 'to remove' : 'removed'}`] : []),
    ];
    return `${path.padEnd(width)}  ${parts.join(', ')}\n`;
  });
  const came = `${dryRun ? 'would pull' : 'pulled'} ${countText(objects, 'object')}, ${sizeText(bytes)}`;
  const last = objects > 0 ? `${came}, from ${remote ?? ''}\n` : changed.length > 0 ? '' : upToDate(data);
  return `${lines.join('')}${last}`;
}

function upToDate(data: readonly PlacedData[]): string {
  return data.length === 0
    ? 'no pointers here: nx-ml data add makes them\n'
    : 'all data is what its pointers say\n';
}

export interface ResultsReport {
  readonly remote: string;
  /** Steps that have a result. */
  readonly steps: readonly string[];
  readonly objects: number;
  readonly bytes: number;
  readonly dryRun: boolean;
}

/** `pulled the results of 3 steps: 12 objects, 40 MB, from s3://models`. */
export function resultsText({ remote, steps, objects, bytes, dryRun }: ResultsReport): string {
  if (steps.length === 0) return `no step has a result for the workspace as it is, here or at ${remote}\n`;
  const of = `the results of ${countText(steps.length, 'step')}`;
  if (objects === 0) return `${of} are all here\n`;
  const what = `${countText(objects, 'object')}, ${sizeText(bytes)}, from ${remote}`;
  return `${dryRun ? 'would pull' : 'pulled'} ${of}: ${what}\n`;
}

import { countText, groupedText, sizeText } from './quantities.js';
import { shownName } from './shown-name.js';

export type TransferDirection = 'push' | 'pull';

/** What became of one pointer's data. */
export interface PlacedData {
  readonly path: string;
  readonly placed: number;
  readonly removed: number;
}

/** Files that came from DVC's remotes. */
export interface FetchedFiles {
  readonly files: number;
  readonly bytes: number;
}

/** What went to a remote or came from there, or would. */
export interface TransferReport {
  /** undefined: nothing was asked of one. */
  readonly remote?: string | undefined;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were there already. Of a push. */
  readonly there?: number;
  /** Steps whose results were meant. */
  readonly steps?: readonly string[];
  /** .dvc files whose data was not sent. Of a push. */
  readonly dvc?: readonly string[];
  /** Of a pull. */
  readonly fetched?: FetchedFiles;
  /** What was placed in the workspace. */
  readonly data?: readonly PlacedData[];
  readonly dryRun: boolean;
}

const words = {
  push: { done: 'pushed', would: 'would push', way: 'to' },
  pull: { done: 'pulled', would: 'would pull', way: 'from' },
} as const;

/** A line for each data that changed, and one for all that moved: `pushed 20,013 objects, 1.3 GB, to s3://models`. */
export function transferText(direction: TransferDirection, report: TransferReport): string {
  const placed = placedText(report);
  const moved = report.objects > 0 ? movedText(direction, report) : undefined;
  const last = moved ?? (placed === '' ? nothingText(direction, report) : '');
  return `${placed}${fetchedText(report)}${last}${leftText(report)}`;
}

function movedText(direction: TransferDirection, report: TransferReport): string {
  const { remote = '', objects, bytes, there = 0, steps, dryRun } = report;
  const { done, would, way } = words[direction];
  const of = direction === 'push' || steps === undefined ? '' : `${resultsOf(steps)}: `;
  const what = `${of}${countText(objects, 'object')}, ${sizeText(bytes)}, ${way} ${remote}`;
  const rest = there === 0 ? '' : `; ${groupedText(there)} ${dryRun ? 'are' : 'were'} there`;
  return `${dryRun ? would : done} ${what}${rest}\n`;
}

function nothingText(
  direction: TransferDirection,
  { remote = '', there = 0, steps, data }: TransferReport,
): string {
  if (steps?.length === 0) return `no step has a result for the workspace as it is, here or at ${remote}\n`;
  if (direction === 'push') return `nothing to push: ${remote} has all ${countText(there, 'object')}\n`;
  if (steps !== undefined) return `${resultsOf(steps)} are all here\n`;
  return data === undefined || data.length === 0
    ? 'no pointers here: nx-ml data add makes them\n'
    : 'all data is what its pointers say\n';
}

function resultsOf(steps: readonly string[]): string {
  return `the results of ${countText(steps.length, 'step')}`;
}

function placedText({ data = [], dryRun }: TransferReport): string {
  const changed = data.filter(({ placed, removed }) => placed + removed > 0);
  const width = Math.max(0, ...changed.map(({ path }) => shownName(path).length));
  const lines = changed.map(({ path, placed, removed }) => {
    const parts = [
      ...(placed > 0 ? [`${countText(placed, 'file')} ${dryRun ? 'to place' : 'placed'}`] : []),
      ...(removed > 0 ? [`${countText(removed, 'file')} ${dryRun ? 'to remove' : 'removed'}`] : []),
    ];
    return `${shownName(path).padEnd(width)}  ${parts.join(', ')}\n`;
  });
  return lines.join('');
}

/** How large they are is known when they have come. */
function fetchedText({ fetched, dryRun }: TransferReport): string {
  if (fetched === undefined || fetched.files === 0) return '';
  const what = countText(fetched.files, 'file');
  return dryRun
    ? `would fetch ${what} from DVC's remote\n`
    : `fetched ${what}, ${sizeText(fetched.bytes)}, from DVC's remote\n`;
}

/** DVC's remotes are DVC's. */
function leftText({ dvc = [] }: TransferReport): string {
  if (dvc.length === 0) return '';
  const some = dvc.length > 3 ? '' : ` ${dvc.map(shownName).join(' ')}`;
  return `${countText(dvc.length, '.dvc file')} left to DVC: dvc push${some}\n`;
}

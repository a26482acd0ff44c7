import { countText, sizeText } from './quantities.js';
import { shownName } from './shown-name.js';

/** What a push wrote, or would write. */
export interface PushReport {
  readonly remote: string;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were there already. */
  readonly there: number;
  /** .dvc files whose data was not sent. */
  readonly dvc?: readonly string[];
  readonly dryRun: boolean;
}

/** `pushed 20,013 objects, 1.3 GB, to s3://models; 312 were there`. */
export function pushText(report: PushReport): string {
  return `${sentText(report)}${leftText(report.dvc ?? [])}`;
}

/** DVC's remotes are DVC's. */
function leftText(dvc: readonly string[]): string {
  if (dvc.length === 0) return '';
  const some = dvc.length > 3 ? '' : ` ${dvc.map(shownName).join(' ')}`;
  return `${countText(dvc.length, '.dvc file')} left to DVC: dvc push${some}\n`;
}

function sentText({ remote, objects, bytes, there, dryRun }: PushReport): string {
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

/** Files that came from DVC's remotes. */
export interface FetchedFiles {
  readonly files: number;
  readonly bytes: number;
}

export interface PullReport {
  /** undefined: nothing was asked of one. */
  readonly remote?: string | undefined;
  readonly fetched: FetchedFiles;
  readonly objects: number;
  readonly bytes: number;
  readonly data: readonly PlacedData[];
  readonly dryRun: boolean;
}

/** A line for each data that changed, and one for all that came. */
export function pullText({ remote, objects, bytes, fetched, data, dryRun }: PullReport): string {
  const changed = data.filter(({ placed, removed }) => placed + removed > 0);
  const width = Math.max(0, ...changed.map(({ path }) => shownName(path).length));
  const lines = changed.map(({ path, placed, removed }) => {
    const parts = [
      ...(placed > 0 ? [`${countText(placed, 'file')} ${dryRun ? 'to place' : 'placed'}`] : []),
      ...(removed > 0 ? [`${countText(removed, 'file')} ${dryRun ? 'to remove' : 'removed'}`] : []),
    ];
    return `${shownName(path).padEnd(width)}  ${parts.join(', ')}\n`;
  });
  const came = `${dryRun ? 'would pull' : 'pulled'} ${countText(objects, 'object')}, ${sizeText(bytes)}`;
  const last = objects > 0 ? `${came}, from ${remote ?? ''}\n` : changed.length > 0 ? '' : upToDate(data);
  return `${lines.join('')}${fetchedText(fetched, dryRun)}${last}`;
}

/** How large they are is known when they have come. */
function fetchedText({ files, bytes }: FetchedFiles, dryRun: boolean): string {
  if (files === 0) return '';
  const what = countText(files, 'file');
  return dryRun
    ? `would fetch ${what} from DVC's remote\n`
    : `fetched ${what}, ${sizeText(bytes)}, from DVC's remote\n`;
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

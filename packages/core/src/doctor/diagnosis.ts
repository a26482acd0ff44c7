import { checkCache } from './cache.js';
import type { CacheFacts } from './cache.js';
import { checkData } from './data.js';
import type { DataFacts } from './data.js';
import { countText } from './finding.js';
import type { Finding, FindingGroup, Grade } from './finding.js';
import { checkGit } from './git.js';
import type { GitFacts } from './git.js';
import { checkNx } from './nx.js';
import type { NxFacts } from './nx.js';
import { checkPython } from './python.js';
import type { PythonFacts } from './python.js';
import { checkStore } from './store.js';
import type { StoreFacts } from './store.js';

export interface Facts {
  readonly git: GitFacts;
  readonly nx: NxFacts;
  /** One for each interpreter that projects ask for; none where no project uses Python. */
  readonly pythons: readonly PythonFacts[];
  readonly data: DataFacts;
  readonly cache: CacheFacts;
  readonly store: StoreFacts;
}

export interface Diagnosis {
  readonly groups: readonly FindingGroup[];
  readonly counts: Readonly<Record<Grade, number>>;
}

export function diagnose({ git, nx, pythons, data, cache, store }: Facts): Diagnosis {
  const groups = [
    { title: 'Git', findings: checkGit(git) },
    { title: 'Nx and Node', findings: checkNx(nx) },
    { title: 'Python', findings: pythons.flatMap(checkPython) },
    { title: 'Data', findings: checkData(data) },
    { title: 'Cache', findings: checkCache(cache) },
    { title: 'Store', findings: checkStore(store) },
  ].filter(({ findings }) => findings.length > 0);
  return { groups, counts: countsOf(groups.flatMap(({ findings }) => findings)) };
}

function countsOf(findings: readonly Finding[]): Readonly<Record<Grade, number>> {
  const counts = { ok: 0, note: 0, warning: 0, problem: 0 };
  for (const { grade } of findings) counts[grade] += 1;
  return counts;
}

/** The answer, in one line. Notes are no reason to act. */
export function headline({ counts }: Diagnosis): string {
  const { problem, warning, note } = counts;
  const notes = note === 0 ? '' : ` (${countText(note, 'note')})`;
  if (problem + warning === 0) return `All well${notes}.`;
  const kinds = [
    ...(problem === 0 ? [] : [countText(problem, 'problem')]),
    ...(warning === 0 ? [] : [countText(warning, 'warning')]),
  ];
  return `${countText(problem + warning, 'thing')} to mend: ${kinds.join(' and ')}${notes}.`;
}

import { seedsThatShow } from '@nx-ml/core/compare';
import type { ComparedSide, SidesCompared } from '@nx-ml/core/usecases/compare';

/** A comparison as one document, with every number. Differences are B minus A, as measured. */
export function compareJson(compared: SidesCompared): unknown {
  const { project, a, b, changes, evaluationChanges, methods, seedsToShow } = compared;
  return {
    formatVersion: 1,
    project,
    ...{ a: sideJson(a), b: sideJson(b), changes, evaluationChanges },
    ...methods,
    seedsThatShow: seedsThatShow(),
    seedsToShow: seedsToShow ?? null,
  };
}

function sideJson({ group, found, measured }: ComparedSide): unknown {
  const { id, at, revision, current, runs } = group;
  return {
    ...{ id, at, revision, current, found },
    params: runs[0]?.document.params ?? {},
    runs: measured.map(({ seed, metrics }) => ({
      ...{ seed, key: runs.find((run) => run.seed === seed)?.key, metrics },
    })),
  };
}

import { seedsThatShow } from '@nx-ml/core/compare';
import type { MethodSide, SidesCompared } from '@nx-ml/core/usecases/compare';

/** A comparison as one document, with every number. Differences are B minus A, as measured. */
export function compareJson(compared: SidesCompared): unknown {
  const { project, a, b, changes, evaluationChanges, methods, seedsToShow } = compared;
  return {
    formatVersion: 1,
    project,
    ...{ a: sideJson(a), b: sideJson(b), changes, evaluationChanges },
    metrics: methods.metrics,
    undirected: methods.undirected,
    foldSeed: methods.foldSeed,
    seedsThatShow: seedsThatShow(),
    seedsToShow: seedsToShow ?? null,
  };
}

function sideJson({ group, found }: MethodSide): unknown {
  const { id, at, revision, current, runs } = group;
  return {
    ...{ id, at, revision, current, found },
    params: runs[0]?.document.params ?? {},
    runs: runs.map(({ seed, key, measured }) => ({ seed, key, metrics: measured })),
  };
}

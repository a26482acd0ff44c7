import { MlError } from '../../kernel/index.js';
import { tunePolicyOf } from '../../manifest/index.js';
import type { ModelConfig, TunePolicy } from '../../manifest/index.js';
import { dimensionsOf } from '../../tune/space/index.js';
import { chooseTrial, StudyView } from '../../tune/study/index.js';
import type { ScopedTrial, TrialChoice } from '../../tune/study/index.js';
import { ensureGiven } from '../given/data-source.js';
import type { SourceDeps } from '../given/given-tree.js';
import { StepResults } from '../plan/step-results.js';
import type { StepResultsDeps } from '../plan/step-results.js';
import type { MlProject } from '../ports.js';
import { StudyJournal } from './study-journal.js';
import type { StudyJournalDeps } from './study-journal.js';
import { StudyRuns } from './study-runs.js';

export interface OpenStudyDeps extends StepResultsDeps, StudyJournalDeps {}

/** A model with `tune:`, what was tried so far, and how to run more. */
export interface OpenStudy {
  readonly project: MlProject;
  readonly config: ModelConfig;
  readonly policy: TunePolicy;
  readonly results: StepResults;
  readonly runs: StudyRuns;
  readonly journal: StudyJournal;
  readonly view: StudyView;
  /** Those that count, as they are now. */
  readonly trials: () => readonly ScopedTrial[];
  /** Which of them to train with, and what to run before that is believed. */
  readonly choice: () => TrialChoice;
}

/** Opens the study of a model for the workspace as it is; writes nothing. @throws MlError */
export async function openStudy(project: MlProject, deps: OpenStudyDeps): Promise<OpenStudy> {
  const { config, policy } = tunedModel(project);
  const results = new StepResults(deps);
  const [runs, journal] = await Promise.all([
    StudyRuns.plan({ project: project.name, config, policy, results }),
    StudyJournal.open(project.name, {
      journals: deps.journals,
      clock: deps.clock,
      workspaceId: deps.workspaceId,
    }),
  ]);
  const dimensions = dimensionsOf(policy.space);
  const view = new StudyView({ context: runs.context, dimensions, params: runs.params });
  const trials = (): readonly ScopedTrial[] => view.trialsIn(journal.state);
  const { objectives, seeds, allSeeds } = policy;
  const choice = (): TrialChoice => chooseTrial(trials(), { objective: objectives[0], seeds, allSeeds });
  return { project, config, policy, results, runs, journal, view, trials, choice };
}

/** How a dataset that runs no command comes to be known, for whoever may bring it into the store. */
export function bringGiven(deps: SourceDeps): NonNullable<StepResultsDeps['bring']> {
  return (project) => ensureGiven(project, deps);
}

function tunedModel({ config, root }: MlProject): {
  readonly config: ModelConfig;
  readonly policy: TunePolicy;
} {
  const policy = tunePolicyOf(config);
  if (policy !== undefined && config.kind === 'model') return { config, policy };
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `${root}/ml.yaml has no "tune"`,
    fix: 'Say what is searched, and for what: "tune: { space: { alpha: { float: [0.001, 10], log: true } }, objective: accuracy }".',
  });
}

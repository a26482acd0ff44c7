import { emptyRunReport } from '../../evaluation/report/empty-run-report.js';
import { decodeEvaluationReport, encodeEvaluationReport } from '../../evaluation/report/report-document.js';
import type { EvaluationReport, RunReport } from '../../evaluation/report/report-document.js';
import type { ManifestRun, StepManifest } from '../../documents/index.js';
import { canonicalJson, digestOf, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { evaluationReportPath, stepId } from '../../layout/index.js';
import { evaluationOptionsOf, gatePolicyOf } from '../../manifest/index.js';
import type { MlConfig } from '../../manifest/index.js';
import type { StepPlan } from '../plan/plan-step.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import type { Stores } from '../records/run-store.js';

export interface ReportEvaluationDeps {
  readonly stores: Stores;
  readonly workspace: Workspace;
  readonly writer: WorkspaceWriter;
}

/** To be raised whenever the same predictions come to other figures. */
const reportVersion = 2;

/**
 * Writes beside an evaluation's manifest what its predictions come to, and keeps what is written where it was made of the same. Figures are
 * a view of the result and no part of it: predictions that cannot be judged leave a report that says why, and the evaluation stands.
 */
export async function reportEvaluation(
  plan: StepPlan,
  manifest: StepManifest,
  deps: ReportEvaluationDeps,
): Promise<EvaluationReport> {
  const { config, name } = plan.project;
  const of = madeOf(manifest, config);
  const path = evaluationReportPath(name);
  const standing = standingReport(deps.workspace.tree.readText(path), of);
  if (standing !== undefined) return standing;
  const runs: RunReport[] = [];
  for (const run of manifest.runs) runs.push(await reportRun(run, plan, deps));
  const report: EvaluationReport = { formatVersion: 1, project: name, of, sealed: isSealed(config), runs };
  await deps.writer.write(path, encodeEvaluationReport(report));
  return report;
}

/** A test set that a gate asks for one bit a step would tell far more than that by its scores. */
export function isSealed(config: MlConfig): boolean {
  const policy = gatePolicyOf(config);
  return policy !== undefined && policy.budget !== null && policy.disclosure === 'bit';
}

/** All that a report follows from. */
function madeOf({ runs }: StepManifest, config: MlConfig): Digest {
  const { positive, behaviour } = evaluationOptionsOf(config);
  return digestOf(
    canonicalJson({
      reportVersion,
      sealed: isSealed(config),
      positive,
      behaviour,
      runs: runs.map(({ seed, outputs }) => ({ seed, predictions: outputs['predictions']?.digest })),
    }),
  );
}

function standingReport(text: string | undefined, of: Digest): EvaluationReport | undefined {
  if (text === undefined) return undefined;
  try {
    const report = decodeEvaluationReport(Buffer.from(text));
    // What kept predictions from being read may be over.
    const isWhole = report.runs.every(({ predictions, why }) => predictions === null || why === undefined);
    return report.of === of && isWhole ? report : undefined;
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

async function reportRun(
  { seed, outputs }: ManifestRun,
  { ref, project }: StepPlan,
  { stores }: ReportEvaluationDeps,
): Promise<RunReport> {
  const digest = outputs['predictions']?.digest;
  if (digest === undefined)
    return emptyRunReport(seed, { predictions: null, why: 'it wrote no predictions' });
  try {
    const source = await stores.objects.source(digest);
    // Loaded where there are predictions: with all measures come the distributions that statistics need.
    const { Evaluation, readExamples, runReport } = await import('../../evaluation/index.js');
    const examples = await readExamples(source, `${stepId(ref)} predictions`);
    const evaluation = new Evaluation(examples, evaluationOptionsOf(project.config));
    return runReport({ seed, predictions: digest, evaluation, sealed: isSealed(project.config) });
  } catch (error) {
    if (isMlError(error)) return emptyRunReport(seed, { predictions: digest, why: error.message });
    throw error;
  }
}

import type { CardFacts, DataFact, EvaluationFacts, GateFacts } from '../../bundle/card/card-facts.js';
import type { Serving } from '../../bundle/index.js';
import { Evaluation } from '../../evaluation/evaluation.js';
import { readExamples } from '../../evaluation/predictions-file.js';
import { runReport } from '../../evaluation/report/run-report.js';
import type { RunReport } from '../../evaluation/index.js';
import { isMlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import { evaluationOptionsOf } from '../../manifest/index.js';
import type { CardTexts } from '../../manifest/index.js';
import { isSealed } from '../evaluate/report-evaluation.js';
import type { Stores } from '../records/run-store.js';
import { dataParts } from './data-parts.js';
import type { EvaluatedRun, PackagePlan } from './package-plan.js';

/** @param said what people wrote for the card */
export async function cardFactsOf(
  packaged: PackagePlan,
  { serving, said }: { readonly serving: Serving; readonly said: CardTexts | string },
  stores: Stores,
): Promise<CardFacts> {
  const { config, spec, trained } = packaged;
  const { document } = trained;
  const { interpreters, packages, platform } = document.environment;
  const models = Object.values(document.inputs).filter(({ kind }) => kind === 'model');
  return {
    name: serving.name,
    ...(config.description === undefined ? {} : { description: config.description }),
    ...(spec.license === undefined ? {} : { license: spec.license }),
    said,
    signature: serving.signature,
    runtime: serving.runtime,
    training: {
      command: document.command,
      params: document.params,
      seed: document.seed,
      software: { ...interpreters, ...packages },
      platform,
      data: await dataOf(packaged, stores),
      models: models.map(({ project, digest }) => ({ project, digest })),
    },
    evaluation: await evaluationFacts(packaged, stores),
    gate: gateFacts(packaged),
  };
}

async function dataOf(
  { trained: { document, inputs } }: PackagePlan,
  stores: Stores,
): Promise<readonly DataFact[]> {
  const facts: DataFact[] = [];
  // One after the other: the tables of one dataset in memory are enough.
  for (const [name, { kind, project, digest }] of Object.entries(document.inputs)) {
    const data = inputs[name];
    if (kind !== 'data' || data === undefined) continue;
    const amount = { files: data.files, size: data.size };
    facts.push({ project, digest, amount, parts: await dataParts(data, stores) });
  }
  return facts;
}

function gateFacts({ config, judged }: PackagePlan): GateFacts {
  if (config.gate === undefined) return { state: 'none' };
  if (judged === undefined) return { state: 'unjudged' };
  const { evidence, document: verdict } = judged;
  return {
    state: evidence.because === 'pass' ? 'passed' : 'overridden',
    question: evidence.question,
    verdict,
  };
}

/** Who asks a test set for one bit at a time sees its scores once the answer is yes, and no sooner. */
async function evaluationFacts(
  { evaluated, judged, config }: PackagePlan,
  stores: Stores,
): Promise<EvaluationFacts | undefined> {
  if (evaluated === undefined) return undefined;
  const sealed = isSealed(config) && judged?.evidence.because !== 'pass';
  const report = await reportOf(evaluated, sealed, stores);
  return {
    sealed,
    ...(sealed ? {} : { metrics: evaluated.result.metrics }),
    ...(report === undefined ? {} : { report }),
  };
}

async function reportOf(
  { result, plan }: EvaluatedRun,
  sealed: boolean,
  { objects }: Stores,
): Promise<RunReport | undefined> {
  const predictions = result.outputs['predictions']?.digest;
  if (predictions === undefined) return undefined;
  try {
    const examples = await readExamples(await objects.source(predictions), `${stepId(plan.ref)} predictions`);
    const evaluation = new Evaluation(examples, evaluationOptionsOf(plan.project.config));
    return runReport({ seed: result.seed, predictions, evaluation, sealed });
  } catch (error) {
    // Predictions that cannot be judged leave a card without figures, as they leave a report that says why.
    if (isMlError(error) && error.code === 'ERR_ML_PREDICTIONS_INVALID') return undefined;
    throw error;
  }
}

import { canonicalJson, shortDigest } from '../../kernel/index.js';
import { markdownCell, markdownLine } from '../../report/markdown-text.js';
import { named } from '../../report/page.js';
import type { Line } from '../../report/page.js';
import type { CardFacts, TrainingFacts } from './card-facts.js';
import { evaluationParts } from './evaluation-part.js';
import { frontMatter } from './front-matter.js';
import { gateParts } from './gate-part.js';
import { bytesText, tableText } from './table-text.js';

/**
 * A model card in Markdown, with the front matter that the Hugging Face Hub reads. What comes from data or results is shown as it is, never obeyed; what
 * people wrote for it is Markdown of their own.
 */
export function modelCard(facts: CardFacts): string {
  const parts = [
    `# ${markdownLine([facts.name])}`,
    ...(facts.description === undefined ? [] : [markdownLine([facts.description])]),
    ...saidParts(facts.said),
    '## Use',
    ...useParts(facts),
    '## Evaluation',
    ...evaluationParts(facts.evaluation),
    '## Gate',
    ...gateParts(facts.gate),
    '## Training',
    ...trainingParts(facts.training),
    '## Licence',
    facts.license === undefined ? 'None is named.' : markdownLine([facts.license]),
    '## Verification',
    verification,
  ];
  return `${frontMatter(facts)}\n${parts.join('\n\n')}\n`;
}

const verification =
  'This file is part of a bundle: an OCI image layout whose manifest names every file by its sha256. `nx-ml package verify FOLDER --key ed25519:…` reads all of it, compares each byte, ' +
  'and checks the signature over the provenance (in-toto, SLSA v1), which names the code, data and parameters that this model was made of.';

function saidParts(said: CardFacts['said']): readonly string[] {
  if (typeof said === 'string') return [said.trim()];
  const titles = {
    intendedUse: 'Intended use',
    limitations: 'Limitations',
    training: 'How it was made',
    contact: 'Contact',
  };
  // Of whoever has to let a model be used these two are the first questions: that nobody answered them is worth a line.
  const asked = ['intendedUse', 'limitations'];
  return Object.entries(titles).flatMap(([key, title]) => {
    const text =
      said[key as keyof typeof titles]?.trim() ?? (asked.includes(key) ? 'Nobody said.' : undefined);
    return text === undefined ? [] : [`## ${title}`, text];
  });
}

function useParts({ signature, runtime, name }: CardFacts): readonly string[] {
  const rows = [
    ...signature.inputs.map((tensor) => ['input', tensor] as const),
    ...signature.outputs.map((tensor) => ['output', tensor] as const),
  ].map(([role, { name: tensor, datatype, shape }]): readonly Line[] => [
    [role],
    [named(tensor)],
    [datatype],
    [shape.map((size) => (size === -1 ? 'any' : String(size))).join(' × ') || 'one value'],
  ]);
  const how =
    runtime.kind === 'onnx'
      ? `ONNX file ${runtime.file}, loaded by the gateway itself.`
      : `Answered by a process of its own, started in ${runtime.folder}:`;
  return [
    tableText(['', 'tensor', 'type', 'shape'], rows),
    markdownLine([how, ...(runtime.kind === 'command' ? [' ', named(runtime.command)] : [])]),
    markdownLine([
      'It speaks the Open Inference Protocol v2 as ',
      named(name),
      '; ',
      named('example.json'),
      ' is a request that it answers.',
    ]),
  ];
}

function trainingParts({
  data,
  models,
  params,
  seed,
  software,
  platform,
  command,
}: TrainingFacts): readonly string[] {
  const inputs = [
    ...data.map(({ project, digest, amount }): readonly Line[] => [
      [named(project)],
      [`data: ${String(amount.files)} ${amount.files === 1 ? 'file' : 'files'}, ${bytesText(amount.size)}`],
      [named(shortDigest(digest))],
    ]),
    ...models.map(({ project, digest }): readonly Line[] => [
      [named(project)],
      ['model'],
      [named(shortDigest(digest))],
    ]),
  ];
  const parts = data.flatMap((fact) =>
    fact.parts.map(({ path, rows }): readonly Line[] => [
      [named(fact.project)],
      [named(path)],
      [rows.toLocaleString('en-US')],
    ]),
  );
  const versions = Object.entries(software).map(([name, version]) => `${name} ${version}`);
  const environment = versions.length === 0 ? platform : `${versions.join(', ')}; ${platform}`;
  return [
    ...(inputs.length === 0 ? [] : [tableText(['made of', '', 'sha256'], inputs)]),
    ...(parts.length === 0 ? [] : [tableText(['data', 'part', 'rows'], parts)]),
    [
      `- Command: ${markdownCell([named(command)])}`,
      `- Parameters: ${markdownCell([named(canonicalJson(params))])}`,
      ...(seed === null ? [] : [`- Seed: ${String(seed)}`]),
      `- Environment: ${markdownCell([environment])}`,
    ].join('\n'),
  ];
}

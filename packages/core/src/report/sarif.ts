import type { JsonObject } from '../kernel/index.js';

/** Something to be shown at a line of a file. */
export interface Finding {
  readonly rule: FindingRule;
  /** Distinguishes findings of a rule: of the same model and subject it is the same in every run. */
  readonly subject: string;
  readonly message: string;
  /** Workspace-relative, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

type FindingRule = keyof typeof rules;

const rules = {
  'gate-failed': { level: 'error', text: 'A model did not pass its gate.' },
  'gate-undecided': { level: 'warning', text: 'A gate could not decide on a model.' },
  'behaviour-missed': { level: 'warning', text: 'A behavioural test of a model was missed.' },
  'slice-worse': {
    level: 'warning',
    text: 'A model is worse than the one before on a slice, beyond chance.',
  },
  'weak-segment': { level: 'note', text: 'A model is worse on a segment than elsewhere, beyond chance.' },
} as const;

/** Readers refuse more; the first are those that matter most. */
const mostResults = 1000;

/** SARIF 2.1.0, as GitHub's code scanning reads it. */
export function sarifOf(findings: readonly Finding[], version: string): JsonObject {
  const ids = Object.keys(rules) as FindingRule[];
  const ordered = ids.flatMap((id) => findings.filter(({ rule }) => rule === id)).slice(0, mostResults);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nx-ml',
            version,
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: rules[id].text },
              defaultConfiguration: { level: rules[id].level },
            })),
          },
        },
        results: ordered.map((finding) => resultOf(finding, ids.indexOf(finding.rule))),
      },
    ],
  };
}

function resultOf({ rule, subject, message, file, line }: Finding, ruleIndex: number): JsonObject {
  return {
    ruleId: rule,
    ruleIndex,
    level: rules[rule].level,
    message: { text: message.slice(0, 2000) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line },
        },
      },
    ],
    partialFingerprints: { 'nxMl/v1': `${file}:${rule}:${subject}` },
  };
}

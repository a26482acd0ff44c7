import { startCommand } from '@nx-ml/testing';
import { parse } from 'yaml';

interface Step {
  readonly script: readonly string[];
  readonly 'after-script'?: readonly string[];
}

type Steps = readonly { readonly step: Step }[];

interface Pipelines {
  readonly 'pull-requests': Readonly<Record<string, Steps>>;
  readonly branches: Readonly<Record<string, Steps>>;
}

export interface BitbucketRun {
  readonly code: number | null;
  readonly log: string;
}

/** Runs the one step of a pipeline of Bitbucket: its script in one shell, and what comes after it in another, which sees no exports. */
export async function runBitbucket(
  text: string,
  pick: (pipelines: Pipelines) => Steps | undefined,
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): Promise<BitbucketRun> {
  const { pipelines } = parse(text, { merge: true }) as { readonly pipelines: Pipelines };
  const [{ step } = { step: undefined }] = pick(pipelines) ?? [];
  if (step === undefined) throw new Error('there is no such pipeline');
  const shell = (lines: readonly string[]) =>
    startCommand('bash', ['-ec', lines.join('\n')], { cwd: folder, env }).ended;
  const { code, output } = await shell(step.script);
  const after = await shell(step['after-script'] ?? []);
  return { code, log: `${output}${after.output}` };
}

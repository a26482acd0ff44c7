import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { startCommand } from '@nx-ml/testing';
import { parse } from 'yaml';

interface Job {
  readonly extends?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: { readonly paths?: readonly string[] };
}

type Pipeline = Readonly<Record<string, Job>> & { readonly variables: Readonly<Record<string, string>> };

export interface GitlabInput {
  readonly pipeline: string;
  /** A clone with the packages installed; absolute. */
  readonly machine: () => Promise<string>;
  readonly env: Readonly<Record<string, string>>;
}

export interface GitlabJob {
  readonly code: number | null;
  readonly log: string;
  readonly folder: string;
}

/** Runs single jobs of a pipeline of GitLab, handing on their artifacts. Packages are installed already. */
export class GitlabRunner {
  readonly #input: GitlabInput;
  readonly #document: Pipeline;
  /** What jobs left, in the order in which they ended; absolute folders by path. */
  readonly #artifacts: (readonly [path: string, from: string])[] = [];

  constructor(input: GitlabInput) {
    this.#input = input;
    this.#document = parse(input.pipeline) as Pipeline;
  }

  async run(name: string, variables: Readonly<Record<string, string>> = {}): Promise<GitlabJob> {
    const job = this.#resolved(name);
    const folder = await this.#input.machine();
    for (const [path, from] of this.#artifacts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(from, join(folder, path), { recursive: true });
    }
    const given = { ...this.#document.variables, ...job.variables, CI_PROJECT_DIR: folder, ...variables };
    const env = { ...this.#input.env, ...expanded(given) };
    const shell = (lines: readonly string[]) =>
      startCommand('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], { cwd: folder, env }).ended;
    const { code, output } = await shell(job.script ?? []);
    const after = job.after_script === undefined ? '' : (await shell(job.after_script)).output;
    for (const path of job.artifacts?.paths ?? [])
      if (existsSync(join(folder, path))) this.#artifacts.push([path, join(folder, path)]);
    return { code, log: `${output}${after}`, folder };
  }

  #resolved(name: string): Job {
    const job = this.#document[name];
    if (job === undefined) throw new Error(`the pipeline has no job ${name}`);
    return job.extends === undefined ? job : { ...this.#resolved(job.extends), ...job };
  }
}

/** Variables may name others. */
function expanded(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value.replace(/\$([A-Z_]+)/g, (whole, other: string) => given[other] ?? whole),
    ]),
  );
}

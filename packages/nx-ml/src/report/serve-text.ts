import type { Release } from '@nx-ml/core/deploy';
import { shortDigest } from '@nx-ml/core/kernel';

export interface ServedTold {
  /** `http://127.0.0.1:9320` */
  readonly address: string;
  /** By model, a file with a request. */
  readonly examples: Readonly<Record<string, string>>;
}

/** What a service that is tried out can be asked, ready to be pasted. */
export function servedText({ service, models }: Release, { address, examples }: ServedTold): string {
  const rows = Object.entries(models).flatMap(([name, digest]) => [
    '',
    `  ${name}  ${shortDigest(digest)}`,
    `  curl ${address}/v2/models/${encodeURIComponent(name)}/infer -d @${quoted(examples[name] ?? '')}`,
  ]);
  return `${[`${service} serves at ${address} until ctrl-C`, ...rows].join('\n')}\n`;
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./@+~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the process is told: docs/design/bundle.md. */
export interface ServeDocument {
  readonly name: string;
  /** Absolute. */
  readonly model: string;
  readonly port: number;
}

/** The JSON that `ML_SERVE` names, in a folder of its own. */
export async function writeServeDocument(
  document: ServeDocument,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'nx-ml-serve-'));
  const path = join(folder, 'serve.json');
  await writeFile(path, `${JSON.stringify({ formatVersion: 1, ...document })}\n`, { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

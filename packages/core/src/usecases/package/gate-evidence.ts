import { decodeVerdict, encodeVerdict } from '../../gate/index.js';
import type { Verdict } from '../../gate/index.js';
import { canonicalJson, digestOf, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { verdictPath } from '../../layout/index.js';
import { gatePolicyOf } from '../../manifest/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { MlProject, Workspace } from '../ports.js';
import type { Stores } from '../records/run-store.js';
import { Registry } from '../registry/registry.js';

/** What a package says of the gate: part of its run key. */
interface GateEvidence {
  readonly because: 'pass' | 'override';
  readonly question: Digest;
  /** null where the store has lost the document. */
  readonly verdict: Digest | null;
}

export interface GateEvidenceDeps {
  readonly workspace: Workspace;
  readonly stores: Stores;
  readonly workspaceId: string;
}

export interface Judged {
  readonly evidence: GateEvidence;
  readonly document: Verdict | undefined;
}

/**
 * The gate's answer on a model: the one that it was accepted on, or else the pass that the gate gave just now. Both are the same answer to the same
 * question, so that accepting a model changes nothing of its package.
 *
 * @returns undefined where there is none.
 * @throws MlError those of a registry that cannot be read: what it would say might be another answer
 */
export async function gateEvidence(
  project: MlProject,
  model: ObjectRef,
  deps: GateEvidenceDeps,
): Promise<Judged | undefined> {
  return (await acceptedEvidence(project, model, deps)) ?? passedEvidence(project, model, deps);
}

async function acceptedEvidence(
  { name }: MlProject,
  model: ObjectRef,
  { stores, workspaceId }: GateEvidenceDeps,
): Promise<Judged | undefined> {
  const { champions } = await new Registry(stores.journals, workspaceId).state(name);
  const entry = champions.findLast(
    ({ model: accepted, because }) => accepted.digest === model.digest && because !== 'rollback',
  );
  if (entry === undefined || entry.because === 'rollback') return undefined;
  const document = entry.verdict === undefined ? undefined : await verdictAt(entry.verdict, stores);
  const verdict = document === undefined ? null : (entry.verdict ?? null);
  return { evidence: { because: entry.because, question: entry.question, verdict }, document };
}

/** The file is a view that anybody may write; it counts where it is about this model and what ml.yaml asks today. */
function passedEvidence(
  { name, config }: MlProject,
  model: ObjectRef,
  { workspace }: GateEvidenceDeps,
): Judged | undefined {
  const document = verdictIn(workspace.tree.readText(verdictPath(name)));
  if (document?.state !== 'pass' || document.read.candidate !== model.digest) return undefined;
  const { question } = document.read;
  const policy = gatePolicyOf(config);
  if (question === null || canonicalJson(policy) !== canonicalJson(document.policy)) return undefined;
  return { evidence: { because: 'pass', question, verdict: digestOf(encodeVerdict(document)) }, document };
}

function verdictIn(text: string | undefined): Verdict | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeVerdict(Buffer.from(text));
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

async function verdictAt(digest: Digest, { objects }: Stores): Promise<Verdict | undefined> {
  try {
    const document = decodeVerdict(await objects.readBytes(digest));
    return digestOf(encodeVerdict(document)) === digest ? document : undefined;
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}

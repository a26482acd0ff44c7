import type { Digest } from '../kernel/index.js';
import {
  describe,
  emptyBytes,
  encodeAttestation,
  encodeIndex,
  encodeModelConfig,
  encodeModelManifest,
  layoutBytes,
} from './bundle-documents.js';
import type { BundleFile, ModelDescription } from './bundle-documents.js';
import { encodeEnvelope } from './envelope.js';
import { maxEnvelope } from './limits.js';
import { emptyType, envelopeType, manifestType, modelConfigType } from './media-types.js';
import { malformed } from './refusals.js';
import type { SigningKey } from './signing-keys.js';
import { statementOf } from './statement.js';
import type { Provenance } from './statement.js';
import { blobPath, indexPath, layoutPath } from './verify.js';

export interface BundleContent {
  readonly model: ModelDescription;
  /** In any order; their bytes are put beside the documents by whoever has them. */
  readonly files: readonly BundleFile[];
  readonly provenance: Provenance;
  /** Without one the bundle is not signed. */
  readonly key?: SigningKey | undefined;
}

export interface BuiltBundle {
  /** Of the model's manifest. */
  readonly digest: Digest;
  /** All that a bundle holds beside its files, by path. */
  readonly documents: readonly { readonly path: string; readonly bytes: Buffer }[];
}

/** The same content gives the same bytes. @throws MlError ERR_ML_BUNDLE_PATH, ERR_ML_BUNDLE_LAYOUT */
export function buildBundle({ model, files, provenance, key }: BundleContent): BuiltBundle {
  const config = encodeModelConfig(model, files);
  const manifest = encodeModelManifest(files, describe(config, modelConfigType));
  const subject = describe(manifest, manifestType);
  const envelope = encodeEnvelope(statementOf(model.name, subject.digest, provenance), key);
  if (envelope.length > maxEnvelope) throw malformed('its provenance would be larger than anybody reads');
  const attestation = encodeAttestation(subject, describe(envelope, envelopeType));
  const index = encodeIndex(subject, describe(attestation, manifestType));
  const blobs = [config, manifest, envelope, attestation, emptyBytes].map((bytes) => ({
    path: blobPath(describe(bytes, emptyType).digest),
    bytes,
  }));
  const documents = [{ path: layoutPath, bytes: layoutBytes }, { path: indexPath, bytes: index }, ...blobs];
  return { digest: subject.digest, documents };
}

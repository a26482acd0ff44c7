/** Names of the OCI image specification 1.1 and of the CNCF ModelPack specification (github.com/modelpack/model-spec, of June 2026). */

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const modelArtifactType = 'application/vnd.cncf.model.manifest.v1+json';
export const modelConfigType = 'application/vnd.cncf.model.config.v1+json';

/** What an attestation is to OCI: an artifact whose one layer is a DSSE envelope. */
export const attestationType = 'application/vnd.in-toto.provenance+dsse';
export const envelopeType = 'application/vnd.dsse.envelope.v1+json';
export const emptyType = 'application/vnd.oci.empty.v1+json';

/** What a file of a bundle is to whoever reads ModelPack. */
export const fileTypes = {
  weight: 'application/vnd.cncf.model.weight.v1.raw',
  config: 'application/vnd.cncf.model.weight.config.v1.raw',
  code: 'application/vnd.cncf.model.code.v1.raw',
  doc: 'application/vnd.cncf.model.doc.v1.raw',
} as const;

export type FileType = (typeof fileTypes)[keyof typeof fileTypes];

export const pathAnnotation = 'org.cncf.model.filepath';
export const metadataAnnotation = 'org.cncf.model.file.metadata+json';
/** The name that `oras pull` gives a layer. */
export const titleAnnotation = 'org.opencontainers.image.title';
/** By which tools pick a manifest of a layout: `skopeo copy oci:FOLDER:model`, `oras copy --from-oci-layout FOLDER:model`. */
export const tagAnnotation = 'org.opencontainers.image.ref.name';
export const modelTag = 'model';

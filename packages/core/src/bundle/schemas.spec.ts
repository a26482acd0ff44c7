import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import Ajv from 'ajv/dist/2020';

import { isJsonObject } from '../kernel/index.js';
import { decodeIndex, decodeModelManifest } from './bundle-documents.js';
import { newKey, smallBundle } from './testing/small-bundle.js';
import { blobPath, indexPath, layoutPath } from './verify.js';

const folder = join(__dirname, 'fixtures/schemas');
const parts = ['content-descriptor.json', 'defs-descriptor.json', 'defs.json'];

function schemaIn(file: string): object {
  return withoutIds(JSON.parse(readFileSync(join(folder, file), 'utf8'))) as object;
}

/** Those of draft 4, which ajv no longer knows: the files name one another by their file names. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) => !(key === 'id' && typeof item === 'string') && key !== '$schema',
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutIds(item)]));
}

function faultsOf(schema: string, document: unknown): unknown {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const part of parts) ajv.addSchema(schemaIn(part), part);
  const validate = ajv.compile(schemaIn(schema));
  return validate(document) ? [] : validate.errors;
}

describe('a bundle, by the schemas of those who read it', () => {
  const { source } = smallBundle({ key: newKey().signing });
  const json = (path: string): unknown => JSON.parse((source.files.get(path) ?? Buffer.alloc(0)).toString());
  const index = decodeIndex(source.files.get(indexPath) ?? Buffer.alloc(0));

  it.each([
    ['image-layout-schema.json', layoutPath],
    ['image-index-schema.json', indexPath],
    ['image-manifest-schema.json', blobPath(index.model.digest)],
    ['image-manifest-schema.json', blobPath(index.attestation.digest)],
  ])('is valid by %s of OCI', (schema, path) => {
    expect(faultsOf(schema, json(path))).toEqual([]);
    expect(faultsOf(schema, {})).not.toEqual([]);
  });

  it('is a model by ModelPack', () => {
    const { config } = decodeModelManifest(source.files.get(blobPath(index.model.digest)) ?? Buffer.alloc(0));
    const document = json(blobPath(config.digest));
    expect(faultsOf('modelpack-config-schema.json', document)).toEqual([]);
    expect(faultsOf('modelpack-config-schema.json', { ...(document as object), more: 1 })).not.toEqual([]);
    expect(config.mediaType).toBe('application/vnd.cncf.model.config.v1+json');
  });
});

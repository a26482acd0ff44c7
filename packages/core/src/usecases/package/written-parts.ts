import { checkExample, parseSignature, parseLimited } from '../../bundle/index.js';
import type { ExampleRequest, ModelSignature } from '../../bundle/index.js';
import { documentBytes, MlError } from '../../kernel/index.js';
import type { CardTexts, PackageSpec } from '../../manifest/index.js';
import { inProject } from '../in-project.js';
import type { MlProject, Workspace } from '../ports.js';

/** Most bytes of a file that a person writes for a package. */
const limit = 16 * 1024 * 1024;

/** What people wrote for a package, wherever it stands. */
export interface WrittenParts {
  readonly signature: ModelSignature;
  readonly example: ExampleRequest;
  readonly said: CardTexts | string;
  readonly license: string | undefined;
}

/** @throws MlError ERR_ML_BUNDLE_SERVING where they do not fit together, ERR_ML_CONFIG_REFERENCE for a file that is not there */
export function writtenParts(
  { signature, example, card, licenseFile }: PackageSpec,
  project: MlProject,
  workspace: Workspace,
): WrittenParts {
  const text = (file: string, key: string): string => textOf(file, key, { project, workspace });
  const value = (written: PackageSpec['example'], key: string): unknown =>
    'file' in written ? jsonOf(text(written.file, key), inProject(project, written.file)) : written.value;
  const read = parseSignature(value(signature, 'signature'));
  return {
    signature: read,
    example: notTooLong(checkExample(value(example, 'example'), read)),
    said: 'file' in card ? text(card.file, 'card') : card.texts,
    license: licenseFile === undefined ? undefined : text(licenseFile, 'licenseFile'),
  };
}

/** Whoever loads the bundle reads so much of it and no more. */
function notTooLong(example: ExampleRequest): ExampleRequest {
  if (documentBytes(example).length <= limit) return example;
  throw new MlError('ERR_ML_BUNDLE_SERVING', {
    message: `The example has more than ${String(limit)} bytes`,
    fix: 'Give "package: example:" in ml.yaml a request of one row.',
  });
}

function textOf(
  file: string,
  key: string,
  { project, workspace }: { readonly project: MlProject; readonly workspace: Workspace },
): string {
  const path = inProject(project, file);
  const text = workspace.tree.readText(path);
  if (text !== undefined) return text;
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `"package: ${key}:" in ${project.root}/ml.yaml names ${file}, which is not there`,
    fix: `Create ${path}, or name another file.`,
  });
}

function jsonOf(text: string, path: string): unknown {
  try {
    return parseLimited(Buffer.from(text), path, limit);
  } catch (cause) {
    throw new MlError('ERR_ML_BUNDLE_SERVING', {
      message: `${path} cannot be read as JSON`,
      fix: 'Mend the file: it is written by hand, as JSON in UTF-8.',
      cause,
    });
  }
}

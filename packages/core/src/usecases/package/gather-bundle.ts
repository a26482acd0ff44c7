import { join } from 'node:path';

import { modelCard } from '../../bundle/card/model-card.js';
import { blobPath, buildBundle, fileTypes, servingCodec } from '../../bundle/index.js';
import type { BundleFile, FileType, Serving, ServingRuntime } from '../../bundle/index.js';
import { digestOf, documentBytes, MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import { filesOfPackage } from '../../manifest/index.js';
import { isPackageManifest } from '../../provenance/index.js';
import { decodeTree, encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectWriter, TreeEntry } from '../../store/index.js';
import { inProject } from '../in-project.js';
import type { Workspace } from '../ports.js';
import type { Stores } from '../records/run-store.js';
import { cardFactsOf } from './card-facts-of.js';
import type { PackagePlan } from './package-plan.js';
import { provenanceOf } from './provenance-of.js';
import { writtenParts } from './written-parts.js';

export interface GatherDeps {
  /** Absolute. */
  readonly root: string;
  readonly stores: Stores;
  readonly workspace: Workspace;
}

interface NewFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly mediaType: FileType;
}

/**
 * Puts a bundle into the store: a tree whose files are mostly there already, since the model’s bytes are named, not copied.
 *
 * @throws MlError ERR_ML_BUNDLE_SERVING where what is to serve does not fit together, ERR_ML_INPUT_CHANGED, ERR_ML_OBJECT_MISSING
 */
export async function gatherBundle(
  packaged: PackagePlan,
  writer: ObjectWriter,
  deps: GatherDeps,
): Promise<ObjectRef> {
  const { plan, spec, config, key } = packaged;
  const written = writtenParts(spec, plan.project, deps.workspace);
  const model = await modelFiles(packaged, deps.stores);
  const code = await codeFiles(packaged, writer, deps);
  const serving: Serving = {
    formatVersion: 1,
    name: servedName(plan.ref.project),
    signature: written.signature,
    runtime: runtimeOf(packaged, { model, code }),
  };
  const facts = await cardFactsOf(packaged, { serving, said: written.said }, deps.stores);
  const made: readonly NewFile[] = [
    file('serving.json', servingCodec.encode(serving), fileTypes.config),
    file('example.json', documentBytes(written.example), fileTypes.config),
    file('README.md', Buffer.from(modelCard(facts)), fileTypes.doc),
    ...(code.length === 0 ? [] : [file('environment.json', environmentBytes(packaged), fileTypes.code)]),
    ...(written.license === undefined ? [] : [file('LICENSE', Buffer.from(written.license), fileTypes.doc)]),
  ];
  for (const { bytes } of made) await writer.putBytes(bytes);
  const files = [...model, ...code, ...made.map(bundleFile)];
  const built = buildBundle({
    model: {
      name: serving.name,
      ...describedAs(config.description),
      ...(spec.license === undefined ? {} : { licenses: [spec.license] }),
      ...(spec.serve.kind === 'onnx' ? { format: 'onnx' } : {}),
    },
    files,
    provenance: provenanceOf(packaged),
    key,
  });
  for (const { bytes } of built.documents) await writer.putBytes(bytes);
  const documents = built.documents.map(({ path, bytes }) => ({
    path,
    digest: digestOf(bytes),
    size: bytes.length,
  }));
  return putLayout(
    [...documents, ...files.map(({ digest, size }) => ({ path: blobPath(digest), digest, size }))],
    writer,
  );
}

function describedAs(description = ''): { readonly description?: string } {
  return description === '' ? {} : { description: description.slice(0, 4000) };
}

async function putLayout(entries: readonly TreeEntry[], writer: ObjectWriter): Promise<ObjectRef> {
  const distinct = [...new Map(entries.map((entry) => [entry.path, entry])).values()];
  const { digest } = await writer.putBytes(encodeTree(distinct));
  const size = distinct.reduce((sum, entry) => sum + entry.size, 0);
  return { kind: 'tree', digest, size, files: distinct.length };
}

function file(path: string, bytes: Buffer, mediaType: FileType): NewFile {
  return { path, bytes, mediaType };
}

function bundleFile({ path, bytes, mediaType }: NewFile): BundleFile {
  return { path, digest: digestOf(bytes), size: bytes.length, mediaType };
}

/** A project's name as the protocol's addresses take it: `@acme/spam` is served as `acme-spam`. */
function servedName(project: string): string {
  const name = project.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name === '' ? 'model' : name.slice(0, 100);
}

async function modelFiles({ run }: PackagePlan, { objects }: Stores): Promise<readonly BundleFile[]> {
  const model = run.inputs['model'];
  if (model === undefined) throw new Error('a package without a model');
  const entries = decodeTree(await objects.readBytes(model.digest));
  return entries.map((entry) => ({ ...entry, path: `model/${entry.path}`, mediaType: fileTypes.weight }));
}

/** What serves, by its path in the workspace, so that imports find one another as they do there. */
async function codeFiles(
  { plan, spec }: PackagePlan,
  writer: ObjectWriter,
  { root, workspace }: GatherDeps,
): Promise<readonly BundleFile[]> {
  if (spec.serve.kind === 'onnx') return [];
  const named = new Set(filesOfPackage(spec).map((path) => inProject(plan.project, path)));
  const packed: BundleFile[] = [];
  for (const { path, digest } of plan.code.filter((each) => !named.has(each.path))) {
    const stored = await writer.putFile(join(root, workspace.tree.realPath(path) ?? path));
    // Of a package.json the key holds the fields that count.
    if (stored.digest !== digest && !isPackageManifest(path)) throw changed(plan.ref.project, path);
    packed.push({
      path: `code/${path}`,
      digest: stored.digest,
      size: stored.size,
      mediaType: fileTypes.code,
    });
  }
  return packed;
}

function changed(project: string, path: string): MlError {
  return new MlError('ERR_ML_INPUT_CHANGED', {
    message: `${path} was edited while ${project} was packaged`,
    fix: 'Nothing was published. Run it again.',
  });
}

function runtimeOf(
  { plan, spec: { serve } }: PackagePlan,
  { model, code }: { readonly model: readonly BundleFile[]; readonly code: readonly BundleFile[] },
): ServingRuntime {
  if (serve.kind === 'command') {
    const folder = plan.project.root === '' ? 'code' : `code/${plan.project.root}`;
    if (!code.some(({ path }) => path.startsWith(`${folder}/`)))
      throw noFiles(plan.ref.project, `"${serve.command}" starts none of the files of ${plan.project.root}`);
    return { kind: 'command', command: withPythonPath(serve.command, plan), folder };
  }
  const { file: name, batch } = serve;
  const path = `model/${name.replace(/^(?:\.\/)+/, '')}`;
  if (!model.some((each) => each.path === path))
    throw noFiles(
      plan.ref.project,
      `training left no ${name}, but ${model
        .slice(0, 5)
        .map((each) => each.path.slice('model/'.length))
        .join(', ')}`,
    );
  return { kind: 'onnx', file: path, ...(batch === undefined ? {} : { batch }) };
}

/** Python finds modules of other projects as it does in a step: the folders are named from where the command starts. */
function withPythonPath(command: string, { pythonRoots, project }: PackagePlan['plan']): string {
  const up =
    project.root === ''
      ? '.'
      : project.root
          .split('/')
          .map(() => '..')
          .join('/');
  const folders = pythonRoots
    .filter((root) => root !== project.root)
    .map((root) => (root === '' ? up : `${up}/${root}`));
  return folders.length === 0 ? command : `PYTHONPATH=${quoted(folders.join(':'))} ${command}`;
}

/** One word to `sh`, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function noFiles(project: string, why: string): MlError {
  return new MlError('ERR_ML_BUNDLE_SERVING', {
    message: `${stepId({ project, step: 'package' })}: ${why}`,
    fix: 'Mend "package: serve:" in ml.yaml.',
  });
}

function environmentBytes({ plan: { environment } }: PackagePlan): Buffer {
  const { platform, interpreters, packages } = environment;
  return documentBytes({ formatVersion: 1, platform, interpreters, packages });
}

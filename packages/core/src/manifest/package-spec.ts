import type { JsonObject, JsonValue } from '../kernel/index.js';
import type { ModelConfig } from './ml-config.js';

/** The key `package` of a model in one form, with every default filled in. */
export interface PackageSpec {
  readonly serve: ServeSpec;
  /** As it was written, or in a file of the project. */
  readonly signature: Written;
  readonly example: Written;
  readonly card: CardSpec;
  /** An SPDX expression. */
  readonly license?: string;
  /** Relative to the project's root. */
  readonly licenseFile?: string;
}

type ServeSpec =
  | {
      readonly kind: 'onnx';
      /** Relative to the folder of the trained model. */
      readonly file: string;
      readonly batch?: { readonly maxRows: number; readonly maxDelay: number };
    }
  | { readonly kind: 'command'; readonly command: string; readonly code: readonly string[] };

type Written = { readonly file: string } | { readonly value: JsonValue };

type CardSpec = { readonly file: string } | { readonly texts: CardTexts };

/** What a person says of a model: Markdown. */
export type CardTexts = Readonly<
  Partial<Record<'intendedUse' | 'limitations' | 'training' | 'contact', string>>
>;

/** @returns undefined for a model that is not packaged */
export function packageSpecOf({ package: config }: ModelConfig): PackageSpec | undefined {
  if (config === undefined) return undefined;
  const { serve, signature, example, card = {}, license, licenseFile } = config;
  return {
    serve: serveOf(serve),
    signature: written(signature),
    example: written(example),
    card: typeof card === 'string' ? { file: card } : { texts: textsOf(card) },
    ...(license === undefined ? {} : { license }),
    ...(licenseFile === undefined ? {} : { licenseFile }),
  };
}

/** Files of the project that are read for a package; relative to its root. */
export function filesOfPackage({ signature, example, card, licenseFile }: PackageSpec): readonly string[] {
  const named = [signature, example, card].flatMap((each) => ('file' in each ? [each.file] : []));
  const files = licenseFile === undefined ? named : [...named, licenseFile];
  return files.map((path) => path.replace(/^(?:\.\/)+/, ''));
}

function serveOf({
  onnx,
  batch,
  command,
  code = [],
}: NonNullable<ModelConfig['package']>['serve']): ServeSpec {
  if (onnx !== undefined) return { kind: 'onnx', file: onnx, ...(batch === undefined ? {} : { batch }) };
  return { kind: 'command', command: command ?? '', code: typeof code === 'string' ? [code] : code };
}

function written(value: JsonObject | string): Written {
  return typeof value === 'string' ? { file: value } : { value };
}

function textsOf(texts: Readonly<Record<string, string | undefined>>): CardTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
}

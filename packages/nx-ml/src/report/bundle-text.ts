import type { TensorSignature, VerifiedBundle } from '@nx-ml/core/bundle';
import { shortDigest } from '@nx-ml/core/kernel';

import { alignColumns } from './columns.js';
import { countText, sizeText } from './quantities.js';

/** A bundle for people: what it is, how it is served, who signed, and every file. */
export function bundleText(bundle: VerifiedBundle): string {
  const { digest, model, serving, files } = bundle;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const { runtime, signature } = serving;
  const rows = [
    ['digest', digest],
    [
      'served',
      runtime.kind === 'onnx'
        ? `by the gateway, ${runtime.file}`
        : `by "${runtime.command}" in ${runtime.folder}`,
    ],
    ...(runtime.kind === 'onnx' && runtime.batch !== undefined
      ? [
          [
            'batches',
            `at most ${String(runtime.batch.maxRows)} rows, waiting at most ${String(runtime.batch.maxDelay)} ms`,
          ],
        ]
      : []),
    ...signature.inputs.map((tensor) => ['input', tensorText(tensor)]),
    ...signature.outputs.map((tensor) => ['output', tensorText(tensor)]),
    ...(model.licenses === undefined ? [] : [['licence', model.licenses.join(', ')]]),
    ['signature', signatureText(bundle)],
  ];
  return [
    `${serving.name} ${shortDigest(digest)}  ${countText(files.length, 'file')}, ${sizeText(size)}`,
    '',
    ...alignColumns(rows, '  '),
    '',
    ...alignColumns(
      files.map((file) => [file.path, sizeText(file.size), shortDigest(file.digest)]),
      '  ',
    ),
    '',
  ].join('\n');
}

/** `signed by 12ab…`, `not signed`, `signed by 12ab…, not checked: no key was named`. */
export function signatureText({ signedBy, claimed }: VerifiedBundle): string {
  if (signedBy.length > 0) return `signed by ${signedBy.join(', ')}`;
  return claimed.length === 0
    ? 'not signed'
    : `said to be signed by ${claimed.join(', ')}; not checked, since no --key was named`;
}

function tensorText({ name, datatype, shape }: TensorSignature): string {
  return `${name}  ${datatype}  [${shape.map((each) => (each === -1 ? 'any' : String(each))).join(', ')}]`;
}

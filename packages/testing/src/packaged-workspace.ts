import { gatedWorkspace } from './gated-workspace.js';

const packaged = `package:
  serve: { command: node serve.mjs }
  signature:
    inputs: [{ name: text, datatype: BYTES, shape: [-1] }]
    outputs: [{ name: label, datatype: BYTES, shape: [-1] }]
  example: example.json
  license: Apache-2.0
  card: { limitations: A toy. }
`;

/** The model of `gatedWorkspace` with all that it takes to package it. What serves it is never started. */
export const packagedWorkspace: Readonly<Record<string, string>> = {
  ...gatedWorkspace,
  'models/mail/ml.yaml': `${gatedWorkspace['models/mail/ml.yaml'] ?? ''}${packaged}`,
  'models/mail/example.json':
    '{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["hello"]}]}',
  'models/mail/serve.mjs': "import '../../libs/words/words.mjs';\n",
  'libs/words/project.json': '{"name": "words"}',
  'libs/words/words.mjs': 'export const words = [];\n',
};

import { npmVersions } from '../npm-versions.js';

/** What is particular to a template; the code itself lies in templates/model/<name>. */
export interface ModelTemplate {
  /** What tells the label, for ml.yaml and README. */
  readonly summary: string;
  /** Folders of templates/model whose files the model gets. */
  readonly folders: readonly string[];
  /** What the model's files are and whether they can be trusted, for the README. */
  readonly saved: string;
  /** npm packages at exact versions. */
  readonly npm: Readonly<Record<string, string>>;
  /** Lines for requirements.txt. */
  readonly python: readonly string[];
}

export const templateNames = ['command', 'sklearn', 'xgboost', 'torch', 'tfjs', 'onnx'] as const;
export type TemplateName = (typeof templateNames)[number];

const python = ['numpy>=1.24,<3', 'pytest>=7'];
const sklearn = ['scikit-learn>=1.2,<2', ...python];

export const modelTemplates: Readonly<Record<TemplateName, ModelTemplate>> = {
  command: {
    summary: 'logistic regression in plain Node',
    folders: ['javascript', 'command'],
    saved: 'Weights and scaling, as JSON.',
    npm: {},
    python: [],
  },
  sklearn: {
    summary: 'a scikit-learn pipeline',
    folders: ['python', 'sklearn'],
    saved: [
      'The pipeline, as a pickle. Whoever loads a pickle runs what it says, so `model_file.py` reads',
      'estimators of scikit-learn and arrays of NumPy and refuses anything else. More types can be allowed there, after',
      'a look at them; to pass a model on to others, prefer ONNX or skops.',
    ].join('\n  '),
    npm: {},
    python: sklearn,
  },
  xgboost: {
    summary: 'gradient boosted trees of XGBoost',
    folders: ['python', 'xgboost'],
    saved: 'The trees with the names of the classes, in XGBoost’s own JSON: data and no code.',
    npm: {},
    python: ['xgboost>=1.7,<4', ...python],
  },
  torch: {
    summary: 'a small neural network in PyTorch',
    folders: ['python', 'torch'],
    saved: 'Tensors and plain values; they are loaded with `weights_only`, which refuses code.',
    npm: {},
    python: ['torch>=1.13,<3', ...python],
  },
  tfjs: {
    summary: 'a small neural network in TensorFlow.js',
    folders: ['javascript', 'tfjs'],
    saved:
      'TensorFlow.js’s layers format (`model.json`, `weights.bin`), and columns, classes and scaling as JSON.',
    npm: { '@tensorflow/tfjs': npmVersions['@tensorflow/tfjs'] },
    python: [],
  },
  onnx: {
    summary: 'logistic regression that scikit-learn trains and ONNX Runtime evaluates',
    folders: ['javascript', 'python', 'onnx'],
    saved: '`model.onnx`, scaling included, and `signature.json` with columns and classes: data and no code.',
    npm: { 'onnxruntime-node': npmVersions['onnxruntime-node'] },
    python: ['onnx>=1.12,<2', ...sklearn],
  },
};

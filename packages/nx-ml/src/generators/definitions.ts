import { ciGenerator } from './ci/options.js';
import { datasetGenerator } from './dataset/options.js';
import type { GeneratorDefinition } from './definition.js';
import { importDvcDefinition } from './import-dvc/options.js';
import { initGenerator } from './init/options.js';
import { modelGenerator } from './model/options.js';
import { serviceGenerator } from './service/options.js';

/** By the name that `nx generate` knows; schemas/generators/<name>.json is made of each (npm run docs). */
export const generatorDefinitions: Readonly<Record<string, GeneratorDefinition>> = {
  init: initGenerator,
  dataset: datasetGenerator,
  model: modelGenerator,
  service: serviceGenerator,
  'import-dvc': importDvcDefinition,
  ci: ciGenerator,
};

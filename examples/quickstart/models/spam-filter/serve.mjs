import { readFileSync } from 'node:fs';
import { column, rowsOf, serve } from '../../libs/serving/index.mjs';
import { logOdds } from './naive-bayes.mjs';

await serve((folder) => {
  const model = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8'));
  return (inputs) => {
    const odds = rowsOf(inputs).map((mail) => logOdds(model, mail));
    return [
      column(
        'label',
        'BYTES',
        odds.map((each) => (each > 0 ? 'spam' : 'ham')),
      ),
      column(
        'score',
        'FP64',
        odds.map((each) => 1 / (1 + Math.exp(-each))),
      ),
    ];
  };
});

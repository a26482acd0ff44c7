import { logOdds } from './naive-bayes.mjs';

/** What the filter says about one mail, beside the truth. Copies of a mail share a group. */
export function predict(model, mail) {
  const odds = logOdds(model, mail);
  const prediction = odds > 0 ? 'spam' : 'ham';
  const against = mail.label === 'spam' ? -odds : odds;
  return {
    id: mail.id,
    group: mail.group,
    slice: mail.slice,
    label: mail.label,
    prediction,
    score: 1 / (1 + Math.exp(-odds)),
    correct: prediction === mail.label,
    loss: Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against))), // log(1 + e^against), never overflowing
  };
}

export function measure(predictions) {
  const spam = predictions.filter(({ label }) => label === 'spam');
  const ham = predictions.filter(({ label }) => label === 'ham');
  return {
    accuracy: share(predictions, ({ correct }) => correct),
    spamCaught: share(spam, ({ correct }) => correct),
    hamLost: share(ham, ({ correct }) => !correct),
  };
}

const share = (rows, holds) => rows.filter(holds).length / rows.length;

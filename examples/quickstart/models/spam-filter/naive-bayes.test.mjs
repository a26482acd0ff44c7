import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, logOdds } from './naive-bayes.mjs';

const mail = (label, subject, body) => ({ label, subject, body });
const mails = [
  mail('spam', 'Win', 'free money'),
  mail('ham', 'Lunch', 'noon'),
  mail('ham', 'Re: lunch', 'noon noon'),
  mail('ham', 'Money', 'invoice'),
];
const model = fit(mails, { alpha: 1, vocabulary: 100 });

test('without a known word, what is left is how frequent spam is', () => {
  assert.equal(logOdds(model, mail('?', '', 'zebra')), Math.log(1 / 3));
});

test('words move the odds as the formula says, once a mail', () => {
  // Of the 8 known words spam holds 3, ham 7 in all.
  const expected = Math.log(1 / 3) + Math.log((1 + 1) / (3 + 8)) - Math.log((0 + 1) / (7 + 8));
  assert.ok(Math.abs(logOdds(model, mail('?', '', 'FREE free, free!')) - expected) < 1e-12);
});

test('a word in the subject is not the same word in the body', () => {
  assert.ok(logOdds(model, mail('?', 'money', '')) < logOdds(model, mail('?', '', 'money')));
});

test('names that every JavaScript object has are words like others', () => {
  assert.equal(logOdds(model, mail('?', '', 'constructor')), Math.log(1 / 3));
});

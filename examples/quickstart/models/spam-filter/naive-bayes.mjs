/** The words of a mail, each once; those of the subject are words of their own, as "free" weighs more there. */
export function wordsOf({ subject, body }) {
  return new Set([...split(subject).map((word) => `subject:${word}`), ...split(body)]);
}

const split = (text) => text.toLowerCase().match(/[a-z$!][a-z0-9$!'-]{1,29}/g) ?? [];

/**
 * Multinomial naive Bayes over binary word counts, as log odds of spam: a bias and one weight a word.
 * Metsis, Androutsopoulos and Paliouras, Spam Filtering with Naive Bayes - Which Naive Bayes?, CEAS 2006.
 *
 * @returns {{ bias: number, weights: Record<string, number> }}
 */
export function fit(mails, { alpha, vocabulary }) {
  const documents = { spam: 0, ham: 0 };
  const counts = new Map();
  for (const mail of mails) {
    documents[mail.label] += 1;
    for (const word of wordsOf(mail)) countsOf(counts, word)[mail.label] += 1;
  }

  const kept = [...counts].sort(byFrequency).slice(0, vocabulary);
  const total = (label) => kept.reduce((sum, [, n]) => sum + n[label], alpha * kept.length);
  const [spam, ham] = [total('spam'), total('ham')];
  const weightOf = (n) => Math.log((n.spam + alpha) / spam) - Math.log((n.ham + alpha) / ham);

  return {
    bias: Math.log(documents.spam / documents.ham),
    weights: Object.fromEntries(kept.map(([word, n]) => [word, weightOf(n)])),
  };
}

/** Log odds that a mail is spam; a word that training did not see says nothing. */
export function logOdds({ bias, weights }, mail) {
  let odds = bias;
  for (const word of wordsOf(mail)) if (Object.hasOwn(weights, word)) odds += weights[word];
  return odds;
}

function countsOf(counts, word) {
  if (!counts.has(word)) counts.set(word, { spam: 0, ham: 0 });
  return counts.get(word);
}

/** Ties go by the alphabet, so that the vocabulary does not hang on the order of the mails. */
const byFrequency = ([a, x], [b, y]) => y.spam + y.ham - (x.spam + x.ham) || (a < b ? -1 : 1);

import { createHash } from 'node:crypto';

/**
 * Subject and body of a raw mail. The other headers are left out on purpose: in this corpus they tell
 * which mailbox collected a mail, and with it whether it is spam, which no filter will know in real life.
 */
export function parseMail(text) {
  const [head, ...rest] = text.split(/\r?\n\r?\n/);
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ');
  const subject = /^subject:[ \t]*(.*)$/im.exec(unfolded)?.[1] ?? '';
  return { subject, body: rest.join('\n\n') };
}

/**
 * What copies of one mail have in common. Spam is sent in bulk with other digits and punctuation in each
 * copy, so only the letters of the body count. It is the key of the split: copies stay in one part.
 */
export const lettersOf = ({ body }) =>
  body
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();

/** A short name for a mail and its copies: they are not independent of one another when models are compared. */
export const groupOf = (mail) => createHash('sha256').update(lettersOf(mail)).digest('hex').slice(0, 16);

import { Refusal } from '../../http/refusal.js';

export const guarded = (scope: string): Refusal =>
  new Refusal(403, {
    message: `The scope ${scope} may not say which model is the accepted one`,
    fix: 'Promote on a protected branch.',
  });

export const onlyCreated = (): Refusal =>
  new Refusal(428, {
    message: 'An entry of a journal is only ever created',
    fix: 'Send If-None-Match: *.',
  });

export const neverRemoved = (): Refusal =>
  new Refusal(405, { message: 'An entry of a journal is never removed', fix: 'Append what is true now.' });

export const brokenEntry = (why: string): Refusal =>
  new Refusal(422, { message: why, fix: 'Read the journal again and append to its end.' });

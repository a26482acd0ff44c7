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

export const brokenBudget = (why: string): Refusal =>
  new Refusal(422, {
    message: `Nothing can be appended to it. ${why}`,
    fix: 'Restore the journal from a copy, or take a new test set.',
  });

export const noBudgetEntry = (why: string): Refusal =>
  new Refusal(422, {
    message: `It would break the budget of a test set for everybody. ${why}`,
    fix: 'Read the journal again, and update nx-ml if it wrote this.',
  });

export const guardedBudget = (scope: string): Refusal =>
  new Refusal(403, {
    message: `The scope ${scope} may spend of the budget of a test set, and do nothing else with it`,
    fix: 'Retire a test set, or override its verdict, on a protected branch.',
  });

export const nothingToSpend = (why: string): Refusal =>
  new Refusal(422, {
    message: why,
    fix: 'Read the journal again: an answer that is there costs nothing, and a test set that is used up is retired.',
  });

export const tooManyEntries = (most: number): Refusal =>
  new Refusal(422, {
    message: `The journal has ${String(most)} entries, and no honest one has`,
    fix: 'Retire the test set on a protected branch, and take another name for the next one.',
  });

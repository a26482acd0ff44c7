/** For the server, which takes budgets of test sets from strangers. */
export { open, override, question, retire, step } from './budgets.js';

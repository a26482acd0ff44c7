/** An answer other than what was asked for, which is no fault of the server. The body is JSON: `{ error, fix }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** What to do next, for people. */
  readonly fix: string;

  constructor(status: number, { message, fix }: { readonly message: string; readonly fix: string }) {
    super(message);
    this.status = status;
    this.fix = fix;
  }
}

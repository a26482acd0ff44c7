/** Lets an option stand without its value, which then is empty: `--remote` alone, `--remote URL`, `--remote=URL`. */
export function withOptionalValue(args: readonly string[], option: string): readonly string[] {
  return args.map((arg, index) => {
    const next = args[index + 1];
    return arg === option && (next === undefined || next.startsWith('-')) ? `${option}=` : arg;
  });
}

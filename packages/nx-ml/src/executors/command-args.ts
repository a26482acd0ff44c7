type Value = string | number | boolean | undefined;

/** The arguments of a command of ours, of the options that Nx gave. What the command does not know, it refuses. */
export function commandArgs(project: string, options: Readonly<Record<string, Value>>): readonly string[] {
  const given = Object.entries(options).flatMap(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    return value === true ? [option] : [`${option}=${String(value)}`];
  });
  return [project, ...given];
}

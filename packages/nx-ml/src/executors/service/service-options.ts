/** Options of `nx-ml:service`; schemas/service.json is the same for Nx. */
export interface ServiceOptions {
  readonly verb: 'deploy' | 'rollback' | 'serve';
  readonly env?: string;
  readonly by?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly again?: string;
  readonly takeOver?: boolean;
  readonly render?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly drill?: boolean;
  readonly port?: number;
}

/** The arguments of the command that does it. What the verb does not know, the command refuses. */
export function serviceArgs(service: string, options: ServiceOptions): readonly string[] {
  const given = Object.entries(options).flatMap(
    ([name, value]: readonly [string, string | number | boolean]) => {
      const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      if (name === 'verb' || value === false) return [];
      return value === true ? [option] : [`${option}=${String(value)}`];
    },
  );
  return [service, ...given];
}

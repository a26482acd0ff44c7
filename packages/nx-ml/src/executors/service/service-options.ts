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

import type { Composition } from '../../compose.js';
import { usageError } from '../command.js';

/** Who says so: as told, else who git says it is. @throws MlError ERR_ML_USAGE where nobody does. */
export async function nameOfUser(
  told: string | boolean | undefined,
  { sourceControl }: Pick<Composition, 'sourceControl'>,
  help: string,
): Promise<string> {
  const name = typeof told === 'string' ? told.trim() : ((await sourceControl.userName()) ?? '');
  if (name !== '') return name;
  throw usageError('Nobody knows who says so: name yourself with --by', help);
}

import { MlError } from '../../kernel/index.js';

/** What an archive is refused with. @param why what is wrong, to stand after "it" */
export function refusedArchive(why: string): MlError {
  return new MlError('ERR_ML_CACHE_ENTRY_MALFORMED', {
    message: `An entry of the remote cache is not what Nx makes: it ${why}`,
    fix: 'It counts as absent and the task runs. If Nx made it so, leave such files out of the outputs of the task.',
  });
}

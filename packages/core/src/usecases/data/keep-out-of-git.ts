import { MlError } from '../../kernel/index.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';

type Files = Pick<Workspace, 'tree' | 'isIgnored'>;

/**
 * Refuses to put data behind a pointer that git would not keep: the next clone would have neither.
 *
 * @param pointer workspace-relative.
 * @throws MlError ERR_ML_DATA_IGNORED
 */
export function refuseIgnoredPointer(pointer: string, workspace: Pick<Files, 'isIgnored'>): void {
  if (!workspace.isIgnored(pointer)) return;
  throw new MlError('ERR_ML_DATA_IGNORED', {
    message: `Git ignores ${pointer}, so that nobody else would ever get the pointer`,
    fix: `Find the rule (git check-ignore -v ${pointer}), and take it out of its .gitignore.`,
  });
}

/**
 * Keeps data out of git by a line in the .gitignore beside it, unless a rule there or above does so already. The line means this
 * one name, whatever characters it has, and so never the pointer beside it.
 *
 * @param path workspace-relative.
 * @throws MlError ERR_ML_PATH_UNSAFE for a name that no line can hold.
 */
export async function keepOutOfGit(path: string, workspace: Files, writer: WorkspaceWriter): Promise<void> {
  if (workspace.isIgnored(path)) return;
  const slash = path.lastIndexOf('/');
  const file = `${path.slice(0, slash + 1)}.gitignore`;
  const before = workspace.tree.readText(file) ?? '';
  const lines = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await writer.write(file, Buffer.from(`${lines}/${ignoreLine(path.slice(slash + 1))}\n`));
}

function ignoreLine(name: string): string {
  if (!/[\r\n]/.test(name)) return name.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ');
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${JSON.stringify(name)} holds a line break, so that no .gitignore can name it`,
    fix: 'Rename it.',
  });
}

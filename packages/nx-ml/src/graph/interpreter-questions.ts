/** Shell commands that Nx runs as inputs: what they print stands for the interpreter and, in Python, its packages. */

export const nodeQuestion = 'node --version';

/** @param configured the interpreter that ml.yaml names. */
export function pythonQuestion(configured: string | undefined): string {
  const script =
    'import importlib.metadata as m,sys;print(sys.version,sorted({(d.metadata["Name"] or "")+"="+d.version for d in m.distributions()}))';
  return `"\${NX_ML_PYTHON:-${configured ?? 'python3'}}" -c '${script}' 2>/dev/null || echo missing`;
}

/** Shell commands that Nx runs as inputs: what they print stands for the interpreter and, in Python, its packages. */

export const nodeQuestion = 'node --version';

/**
 * Names of metadata folders, not what is in them: Nx asks on every run, and they hold a version by the standard
 * (`numpy-2.1.3.dist-info`). One that holds none counts by its time of change, so that nothing goes unseen.
 *
 * @param configured the interpreter that ml.yaml names.
 */
export function pythonQuestion(configured: string | undefined): string {
  const folders =
    'for p in sys.path if os.path.isdir(p) for n in os.listdir(p) if n.endswith((".dist-info",".egg-info"))';
  const name = 'n if "-" in n[:-10] else n+str(os.stat(p+"/"+n).st_mtime)';
  const script = `import os,sys;print(sys.version,sorted({${name} ${folders}}))`;
  return `"\${NX_ML_PYTHON:-${configured ?? 'python3'}}" -c '${script}' 2>/dev/null || echo missing`;
}

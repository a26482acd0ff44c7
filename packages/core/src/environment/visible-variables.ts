/**
 * Variables that reach every command: how to find programs, where home and temporary files are, the language of
 * messages, how to reach accelerators, libraries and the network. Anything else is hidden unless ml.yaml declares it,
 * so that a result cannot depend on a variable that its run key does not hold.
 */
const passed: readonly RegExp[] = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|TERM|LANG|LANGUAGE|LC_[A-Z]+)$/,
  /^XDG_[A-Z_]+$/,
  /^(VIRTUAL_ENV|CONDA_[A-Z_]+|PYENV_[A-Z_]+)$/,
  /^(LD_LIBRARY_PATH|DYLD_[A-Z_]+|CUDA_[A-Z_]+|NVIDIA_[A-Z_]+|ROCM?_[A-Z_]+|HIP_[A-Z_]+)$/,
  /^(OMP|MKL|OPENBLAS|NUMEXPR|VECLIB)_[A-Z0-9_]+$/,
  /^(HTTPS?|NO|ALL)_PROXY$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
];

/** Of the variables of this process those that a command may see. @param declared names that ml.yaml adds */
export function visibleVariables(
  variables: Readonly<Record<string, string | undefined>>,
  declared: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (declared.includes(entry[0]) || passed.some((pattern) => pattern.test(entry[0]))),
    ),
  );
}

/** What a process of the user's own gets without being named: how to find programs, places, accelerators and the network. No secret of ours. */
const passed: readonly RegExp[] = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/,
  /^(VIRTUAL_ENV|CONDA_[A-Z_]+|PYENV_[A-Z_]+|XDG_[A-Z_]+)$/,
  /^(LD_LIBRARY_PATH|DYLD_[A-Z_]+|CUDA_[A-Z_]+|NVIDIA_[A-Z_]+|ROCM?_[A-Z_]+|HIP_[A-Z_]+)$/,
  /^(OMP|MKL|OPENBLAS|NUMEXPR|VECLIB)_[A-Z0-9_]+$/,
  /^(HTTPS?|NO|ALL)_PROXY$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
];

/** @param named by whoever runs the gateway */
export function processEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  named: readonly string[],
): Record<string, string | undefined> {
  const isPassed = (name: string): boolean =>
    named.includes(name) || passed.some((pattern) => pattern.test(name));
  return {
    // The files of a bundle are verified, and nothing is written among them.
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => isPassed(name))),
  };
}

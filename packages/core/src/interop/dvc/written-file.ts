import { readYaml } from '../../manifest/index.js';
import { dvcError } from './problem.js';

/** What `dvc add` notes of a file or folder. */
interface DvcOut {
  /** 32 hexadecimal digits. */
  readonly md5: string;
  /** Bytes, of all files. */
  readonly size: number;
  /** Number of files of a folder; undefined for a file. */
  readonly files: number | undefined;
  /** Relative to the .dvc file: a name beside it. */
  readonly name: string;
}

/** The text of a .dvc file as `dvc add` of DVC 3 writes it. */
export function dvcFileText({ md5, size, files, name }: DvcOut): string {
  const lines = [
    `md5: ${files === undefined ? scalar(md5) : `${md5}.dir`}`,
    `size: ${String(size)}`,
    ...(files === undefined ? [] : [`nfiles: ${String(files)}`]),
    'hash: md5',
    `path: ${scalar(name)}`,
  ];
  return `outs:\n- ${lines.join('\n  ')}\n`;
}

/**
 * A text as YAML, bare where it reads as the same text: quotes as DVC's writer sets them. What YAML 1.1 would take for something
 * else is quoted as well.
 */
function scalar(text: string): string {
  const { value, problems } = readYaml(`- ${text}\n`);
  const isBare =
    problems.length === 0 &&
    Array.isArray(value) &&
    value.length === 1 &&
    value[0] === text &&
    !looksOther(text);
  if (isBare) return text;
  return /[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)
    ? JSON.stringify(text)
    : `'${text.replaceAll("'", "''")}'`;
}

/** Numbers with underscores, octal and binary ones, dates, merge and value keys: texts to one reader, something else to another. */
function looksOther(text: string): boolean {
  return (
    /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|0[box][\da-fA-F_]+|\.\d+)$/.test(text) ||
    /^(?:\d{4}-\d\d?-\d\d?.*|<<|=|---.*|\.\.\..*)$/.test(text)
  );
}

/**
 * Refuses to replace a .dvc file that holds more than `dvc add` puts there: it would be lost.
 *
 * @param file for messages.
 * @throws MlError ERR_ML_DVC_INVALID
 */
export function refuseRicher(text: string, file: string): void {
  const { value } = readYaml(text);
  const outs = isRecord(value) && Array.isArray(value['outs']) ? (value['outs'] as readonly unknown[]) : [];
  const [out] = outs;
  const keys = isRecord(value) ? Object.keys(value).filter((key) => key !== 'outs') : [];
  const own = isRecord(out) ? Object.keys(out) : [];
  const extra = [...keys, ...own.filter((key) => !written.has(key))];
  if (outs.length === 1 && extra.length === 0) return;
  throw dvcError({
    where: file,
    message:
      outs.length === 1
        ? `says more than nx-ml writes: ${extra.join(', ')}`
        : `keeps ${String(outs.length)} files or folders`,
    fix: `Let DVC write it: dvc ${keys.includes('deps') ? 'update' : 'add'}, followed by its path.`,
  });
}

const written = new Set(['md5', 'size', 'nfiles', 'hash', 'path']);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

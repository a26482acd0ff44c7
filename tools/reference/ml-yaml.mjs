// Writes docs/reference/ml-yaml.md from the schema of ml.yaml. Run after a build.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const schema = JSON.parse(
  readFileSync(new URL('../../packages/nx-ml/schemas/ml.schema.json', import.meta.url), 'utf8'),
);
const kinds = schema.oneOf ?? schema.anyOf;

const text = [
  '# ml.yaml',
  '',
  'Every key of every kind, generated from the schema that editors use',
  '(`# yaml-language-server: $schema=../../node_modules/nx-ml/schemas/ml.schema.json` on the first line of an ml.yaml).',
  '',
  ...kinds.flatMap(kindSection),
].join('\n');

mkdirSync(new URL('../../docs/reference/', import.meta.url), { recursive: true });
writeFileSync(new URL('../../docs/reference/ml-yaml.md', import.meta.url), text);

function kindSection(kind) {
  const name = kind.properties.kind.const;
  return [
    `## kind: ${name}`,
    '',
    kind.description,
    '',
    '| key | meaning | example |',
    '| --- | --- | --- |',
    ...rows(kind, ''),
    '',
  ];
}

function rows(node, prefix) {
  return Object.entries(node.properties).flatMap(([key, value]) => {
    if (key === 'kind') return [];
    const needed = node.required?.includes(key) ? ' **required**' : '';
    const own = `| \`${prefix}${key}\`${needed} | ${cell(value.description ?? '')} | ${example(value)} |`;
    const list = value.items === undefined ? '' : '[]';
    const inner = mapOf(value.items ?? value);
    return [own, ...(inner === undefined ? [] : rows(inner, `${prefix}${key}${list}.`))];
  });
}

/** What is written short or as a map is told as the map. */
function mapOf(value) {
  return [value, ...(value.anyOf ?? [])].find(({ properties }) => properties !== undefined);
}

function example(value) {
  const [first] = value.examples ?? [];
  return first === undefined ? '' : `\`${cell(typeof first === 'string' ? first : JSON.stringify(first))}\``;
}

function cell(value) {
  return value.replaceAll('|', '\\|');
}

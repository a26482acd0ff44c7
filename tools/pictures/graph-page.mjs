// The quickstart's graph as a page with one SVG: a column for each kind of project, and arrows to what each depends on.

const size = { width: 1160, height: 684 };
const box = { width: 172, height: 38 };
const top = 92;
const rowHeight = 62;

/**
 * Where each project stands. Libraries are in the middle, since models and datasets both import them, and they leave rows
 * free through which the arrows from models to datasets pass.
 */
const columns = [
  {
    kind: 'service',
    title: 'services',
    x: 24,
    color: '#7c3aed',
    rows: { 'mail-api': 0, 'penguin-api': 3, 'digit-api': 6 },
  },
  {
    kind: 'model',
    title: 'models',
    x: 272,
    color: '#0369a1',
    rows: { 'spam-filter': 0, 'penguin-species': 2.4, 'penguin-mass': 3.6, 'digit-reader': 6 },
  },
  {
    kind: 'library',
    title: 'libraries',
    x: 618,
    color: '#475569',
    rows: { splits: 1, 'penguin-features': 2, metrics: 4, 'run-io': 5, idx: 7, serving: 8 },
  },
  {
    kind: 'dataset',
    title: 'datasets',
    x: 964,
    color: '#047857',
    rows: { 'spam-mails': 0, penguins: 3, digits: 6 },
  },
];
const importColor = '#94a3b8';

/** @throws Error for a graph of other projects than those that have a place here. */
export function graphPage(graph) {
  const places = placesOf(graph);
  const edges = Object.entries(graph)
    .flatMap(([from, { targets }]) => targets.map((to) => [places.get(from), places.get(to)]))
    // What is read lies above what is imported.
    .sort(([, a], [, b]) => Number(isRead(a)) - Number(isRead(b)));
  const parts = [
    ...columns.map(title),
    ...edges.map(([from, to]) => arrow(from, to)),
    ...[...places.values()].map(node),
    ...legend(),
  ];
  return `<!doctype html><style>
    body { margin: 0 }
    text { font: 16px sans-serif; dominant-baseline: central }
    .middle { text-anchor: middle }
    .title { font-weight: bold }
  </style>
  <svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">
    <rect width="100%" height="100%" fill="white"/>
    <defs>${[importColor, ...columns.map(({ color }) => color)].map(arrowHead).join('')}</defs>
    ${parts.join('\n    ')}
  </svg>`;
}

function placesOf(graph) {
  const places = new Map(
    columns.flatMap(({ rows, ...column }) =>
      Object.entries(rows).map(([name, row]) => [name, { ...column, name, y: top + row * rowHeight }]),
    ),
  );
  const kinds = new Map(
    Object.entries(graph).map(([name, { tags }]) => [
      name,
      tags.find((tag) => tag.startsWith('ml:'))?.slice(3) ?? 'library',
    ]),
  );
  for (const name of new Set([...places.keys(), ...kinds.keys()]))
    if (places.get(name)?.kind !== kinds.get(name))
      throw new Error(
        `${name}: ${kinds.get(name) ?? 'nothing'} in the graph, ${places.get(name)?.kind ?? 'nothing'} in the picture`,
      );
  return places;
}

/** Results are read; code is imported. */
function isRead({ kind }) {
  return kind !== 'library';
}

function title({ title: text, x, color }) {
  return `<text class="middle title" x="${x + box.width / 2}" y="36" fill="${color}">${text}</text>`;
}

function node({ name, x, y, color }) {
  const attributes = `x="${x}" y="${y - box.height / 2}" width="${box.width}" height="${box.height}" rx="7"`;
  return `<g><rect ${attributes} fill="white" stroke="${color}" stroke-width="2"/><text class="middle" x="${x + box.width / 2}" y="${y}" fill="#0f172a">${name}</text></g>`;
}

/** On the sides that face each other; leaves beside the middle, where others may arrive. */
function arrow(from, to) {
  const right = to.x > from.x;
  const [start, end] = right ? [from.x + box.width, to.x - 4] : [from.x, to.x + box.width + 4];
  const bend = Math.min(Math.abs(end - start) / 2, 130) * (right ? 1 : -1);
  const leave = from.y + Math.sign(to.y - from.y) * (box.height / 4);
  return line(`M${start},${leave} C${start + bend},${leave} ${end - bend},${to.y} ${end},${to.y}`, to);
}

function line(path, to) {
  const color = isRead(to) ? to.color : importColor;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${isRead(to) ? 2.5 : 1.5}" marker-end="url(#${headId(color)})"/>`;
}

function arrowHead(color) {
  return `<marker id="${headId(color)}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="${color}"/></marker>`;
}

function headId(color) {
  return `head-${color.slice(1)}`;
}

function legend() {
  const y = size.height - 28;
  const entries = [
    { x: 272, to: columns[3], text: 'reads a dataset or a model, as its ml.yaml says' },
    { x: 734, to: columns[2], text: 'imports code, as found in its sources' },
  ];
  return entries.flatMap(({ x, to, text }) => [
    line(`M${x},${y} h40`, to),
    `<text x="${x + 54}" y="${y}" fill="#475569">${text}</text>`,
  ]);
}

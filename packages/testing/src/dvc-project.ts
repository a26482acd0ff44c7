import { createHash } from 'node:crypto';

/** Files by workspace-relative path. */
type Files = Readonly<Record<string, string>>;

/**
 * A DVC project as its users have it: data behind .dvc files with the bytes in the DVC cache (of DVC 3 and of DVC 2), a
 * frozen stage, foreach over params.yaml, a stage with a working folder of its own, metrics and plots. The scripts know
 * fixed paths and nothing of nx-ml, and need Python's standard library alone.
 */
export function dvcProject(): Files {
  return {
    '.gitignore': 'node_modules\n.nx\n.nx-ml\n__pycache__\n/models\n/eval\n/ignored.txt\n',
    'ignored.txt': 'no key holds this\n',
    'data/.gitignore': '/reviews.csv\n/lexicon\n/prepared\n/features\n/stopwords.txt\n',
    '.dvc/.gitignore': '/cache\n',
    '.dvc/config':
      '[core]\n    remote = storage\n[\'remote "storage"\']\n    url = s3://bucket/reviews\n    endpointurl = http://127.0.0.1:9\n',
    'dvc.yaml': dvcYaml,
    'params.yaml': paramsYaml,
    ...scripts,
    ...trackedFile('data/reviews.csv', reviews),
    ...trackedFolder('data/lexicon', { 'good.txt': 'great\nfine\n', 'bad.txt': 'awful\npoor\n' }),
    ...frozenOutput,
  };
}

export const reviews = [
  'great film,1',
  'a fine and great story,1',
  'awful plot,0',
  'poor and awful acting,0',
  'great music,1',
  'poor film,0',
  'a fine cast,1',
  'awful,0',
  '',
].join('\n');

/** What `dvc add` leaves for a file: the pointer, and the bytes in the cache as DVC 3 keeps them. */
export function trackedFile(path: string, text: string): Files {
  const md5 = md5Of(text);
  const name = path.split('/').at(-1) ?? path;
  return {
    [`${path}.dvc`]: `outs:\n- md5: ${md5}\n  size: ${String(text.length)}\n  hash: md5\n  path: ${name}\n`,
    [`.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`]: text,
  };
}

/** What `dvc add` of DVC 2 left for a folder: no `hash` in the pointer, and the older layout of the cache. */
export function trackedFolder(path: string, files: Files): Files {
  const names = Object.keys(files).sort();
  const list = names.map((name) => `{"md5": "${md5Of(files[name] ?? '')}", "relpath": "${name}"}`);
  const object = `[${list.join(', ')}]`;
  const cached = (text: string, ending: string): Files => {
    const md5 = md5Of(text);
    return { [`.dvc/cache/${md5.slice(0, 2)}/${md5.slice(2)}${ending}`]: text };
  };
  const name = path.split('/').at(-1) ?? path;
  return Object.assign(
    {
      [`${path}.dvc`]: `outs:\n- md5: ${md5Of(object)}.dir\n  size: 22\n  nfiles: ${String(names.length)}\n  path: ${name}\n`,
    },
    cached(object, '.dir'),
    ...names.map((each) => cached(files[each] ?? '', '')),
  ) as Files;
}

export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const stopwords = 'a\nand\n';

const frozenOutput: Files = {
  'dvc.lock': `schema: '2.0'
stages:
  stopwords:
    cmd: python src/fetch_stopwords.py
    deps:
    - path: src/fetch_stopwords.py
      hash: md5
      md5: ${md5Of('# asks a service that is gone\n')}
      size: 30
    outs:
    - path: data/stopwords.txt
      hash: md5
      md5: ${md5Of(stopwords)}
      size: ${String(stopwords.length)}
`,
  [`.dvc/cache/files/md5/${md5Of(stopwords).slice(0, 2)}/${md5Of(stopwords).slice(2)}`]: stopwords,
};

const dvcYaml = `vars:
  - folders: { prepared: data/prepared, features: data/features }
stages:
  stopwords:
    cmd: python src/fetch_stopwords.py
    deps: [src/fetch_stopwords.py]
    outs: [data/stopwords.txt]
    frozen: true
  prepare:
    desc: Splits the reviews
    cmd: python src/prepare.py data/reviews.csv
    deps:
      - data/reviews.csv
      - src/prepare.py
    params:
      - prepare.every
    outs:
      - \${folders.prepared}
  featurize:
    cmd: >-
      python src/featurize.py
      \${folders.prepared} \${folders.features}
    deps: [src/featurize.py, data/prepared, data/lexicon, data/stopwords.txt]
    params: [featurize]
    outs: [data/features]
  stats:
    wdir: reports
    cmd:
      - python ../src/stats.py ../data/prepared/train.csv > stats.json # a comment
      - test -s stats.json && echo "rows counted"
    deps: [../src/stats.py, ../data/prepared/train.csv]
    metrics:
      - stats.json:
          cache: false
  train:
    foreach: \${models}
    do:
      cmd: python src/train.py data/features models/\${key}.json --rate \${item.rate}
      deps: [src/train.py, data/features]
      params: [train.steps]
      outs:
        - models/\${key}.json:
            persist: true
  evaluate:
    foreach: \${models}
    do:
      cmd: python src/evaluate.py models/\${key}.json data/features eval/\${key}
      deps: [src/evaluate.py, 'models/\${key}.json', data/features]
      metrics:
        - eval/\${key}/metrics.json:
            cache: false
      plots:
        - eval/\${key}/scores.csv:
            x: index
            y: score
plots:
  - scores:
      template: linear
      y: { eval/small/scores.csv: score }
`;

const paramsYaml = `# every nth review is for the test
prepare:
  every: 4
featurize:
  lower: true
train:
  steps: 20
models:
  small: { rate: 0.1 }
  large: { rate: 0.5 }
`;

const scripts: Files = {
  'src/fetch_stopwords.py': '# asks a service that is gone\n',
  'src/prepare.py': `import os, sys, yaml_lite
every = yaml_lite.load("params.yaml")["prepare"]["every"]
os.makedirs("data/prepared", exist_ok=True)
rows = open(sys.argv[1]).read().splitlines()
with open("data/prepared/train.csv", "w") as train, open("data/prepared/test.csv", "w") as test:
    for index, row in enumerate(rows):
        print(row, file=test if index % every == 0 else train)
`,
  'src/yaml_lite.py': `"""Reads the little YAML that a params file needs: this fixture has no packages."""
import json

def load(path):
    return json.load(open(path))
`,
  'src/featurize.py': `import json, os, sys
import yaml_lite
from words import words

prepared, features = sys.argv[1:]
lower = yaml_lite.load("params.yaml")["featurize"]["lower"]
good = set(open("data/lexicon/good.txt").read().split())
bad = set(open("data/lexicon/bad.txt").read().split())
stop = set(open("data/stopwords.txt").read().split())
os.mkdir(features)
for split in ("train", "test"):
    rows = []
    for line in open(f"{prepared}/{split}.csv"):
        text, label = line.strip().rsplit(",", 1)
        tokens = [w for w in words(text, lower) if w not in stop]
        rows.append([sum(w in good for w in tokens), sum(w in bad for w in tokens), int(label)])
    json.dump(rows, open(f"{features}/{split}.json", "w"))
`,
  'src/words.py': 'def words(text, lower):\n    return (text.lower() if lower else text).split()\n',
  'src/stats.py': `import json, os, sys
rows = open(sys.argv[1]).read().splitlines()
json.dump({"rows": len(rows), "leaked": int(os.path.exists("../ignored.txt")), "note": "text"}, sys.stdout)
`,
  'src/train.py': `import json, sys
import yaml_lite
features, model, _, rate = sys.argv[1:]
weights = [0.0, 0.0]
for _ in range(yaml_lite.load("params.yaml")["train"]["steps"]):
    for good, bad, label in json.load(open(f"{features}/train.json")):
        wrong = label - (weights[0] * good + weights[1] * bad > 0)
        weights = [weights[0] + float(rate) * wrong * good, weights[1] + float(rate) * wrong * bad]
json.dump(weights, open(model, "w"))
`,
  'src/evaluate.py': `import json, os, sys
model, features, out = sys.argv[1:]
weights = json.load(open(model))
os.makedirs(out, exist_ok=True)
rows = json.load(open(f"{features}/test.json"))
scores = [weights[0] * good + weights[1] * bad for good, bad, _ in rows]
right = sum((score > 0) == (label == 1) for score, (_, _, label) in zip(scores, rows))
json.dump({"accuracy": right / len(rows)}, open(f"{out}/metrics.json", "w"))
with open(f"{out}/scores.csv", "w") as file:
    print("index,score", *(f"{i},{s}" for i, s in enumerate(scores)), sep="\\n", file=file)
`,
};

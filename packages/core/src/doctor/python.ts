import { listText } from './finding.js';
import type { Finding } from './finding.js';

/** One interpreter that projects ask for; most workspaces have one. */
export interface PythonFacts {
  /** What it is called: `python3`, or what environment.python or NX_ML_PYTHON says. */
  readonly name: string;
  readonly chosenBy: 'NX_ML_PYTHON' | 'environment.python' | 'PATH';
  /** Projects whose steps it runs. */
  readonly users: readonly string[];
  readonly interpreter: { readonly path: string; readonly version: string } | { readonly failure: string };
  readonly missing: readonly MissingModule[];
  /** Other interpreters on the PATH, the first first. */
  readonly others: readonly OtherPython[];
  /** Commands that start a script by its own first line. */
  readonly shebangs: readonly ShebangFacts[];
}

/** A module that code imports and the interpreter does not have. */
export interface MissingModule {
  readonly module: string;
  readonly importedBy: readonly string[];
  /** Every import of it stands in a `try:`, so that the code goes on without. */
  readonly isOptional: boolean;
}

export interface OtherPython {
  readonly path: string;
  readonly version: string;
  /** Of the modules that the chosen one lacks, those that this one lacks too. */
  readonly lacks: readonly string[];
}

export interface ShebangFacts {
  readonly project: string;
  /** Workspace-relative. */
  readonly file: string;
  /** The path that its first line names. */
  readonly interpreter: string;
}

export function checkPython(facts: PythonFacts): readonly Finding[] {
  const { interpreter, name, users } = facts;
  if ('failure' in interpreter)
    return [
      {
        check: 'python',
        grade: 'problem',
        about: name,
        says: `${interpreter.failure}; ${listText(users)} ${users.length === 1 ? 'needs' : 'need'} it`,
        mend: 'Install it, or name another: NX_ML_PYTHON for this machine, environment.python in ml.yaml.',
      },
    ];
  const required = facts.missing.filter(({ isOptional }) => !isOptional);
  const optional = facts.missing.filter(({ isOptional }) => isOptional);
  return [
    { check: 'python', grade: 'ok', about: name, says: `${interpreter.version}, ${interpreter.path}` },
    ...(required.length === 0 ? disagreement(facts) : [lacking(required, facts)]),
    ...(optional.length === 0 ? [] : [withoutOptional(optional)]),
    ...facts.shebangs
      .filter((each) => each.interpreter !== interpreter.path)
      .map((each) => shebang(each, interpreter.path)),
  ];
}

function lacking(modules: readonly MissingModule[], { others, name }: PythonFacts): Finding {
  const better = others.find(({ lacks }) => !modules.some(({ module }) => lacks.includes(module)));
  const [it, they] = modules.length === 1 ? ['it', 'it'] : ['them', 'them all'];
  return {
    check: 'python-packages',
    grade: 'problem',
    about: 'packages',
    says: `${name} does not have ${importersText(modules)}${better === undefined ? '' : `; ${better.path} (${better.version}) has ${they}`}`,
    mend:
      better === undefined
        ? `Install what provides ${it}: ${name} -m pip install PACKAGE`
        : `export NX_ML_PYTHON=${better.path}`,
  };
}

function withoutOptional(modules: readonly MissingModule[]): Finding {
  return {
    check: 'python-optional-packages',
    grade: 'note',
    about: 'packages',
    says: `not installed, and the code says that it can do without: ${importersText(modules)}`,
  };
}

/** `sklearn (spam-filter, digits), onnx (digits)`. */
function importersText(modules: readonly MissingModule[]): string {
  return modules.map(({ module, importedBy }) => `${module} (${listText(importedBy)})`).join(', ');
}

/** What a person types into a terminal may be another Python than the one that trains. */
function disagreement({ name, chosenBy, interpreter, others }: PythonFacts): readonly Finding[] {
  const [first] = others;
  if (first === undefined || 'failure' in interpreter || first.version === interpreter.version) return [];
  const why = chosenBy === 'PATH' ? 'it comes first on the PATH' : `${chosenBy} says so`;
  return [
    {
      check: 'python-path',
      grade: 'note',
      about: name,
      says: `steps run on ${interpreter.version}, because ${why}; ${first.path} is ${first.version}`,
    },
  ];
}

function shebang({ project, file, interpreter }: ShebangFacts, used: string): Finding {
  const script = file.slice(file.lastIndexOf('/') + 1);
  return {
    check: 'python-shebang',
    grade: 'warning',
    about: file,
    says: `${project} starts it by its first line, which names ${interpreter}; its run key tells of ${used}`,
    mend: `Start it with python ${script} in ml.yaml, or begin it with #!/usr/bin/env python3`,
  };
}

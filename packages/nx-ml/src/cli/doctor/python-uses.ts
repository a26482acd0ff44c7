import { posix } from 'node:path';

import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { stepsOf } from '@nx-ml/core/manifest';
import type { StepSpec } from '@nx-ml/core/manifest';
import { commandWords } from '@nx-ml/core/provenance';
import type { MlProject } from '@nx-ml/core/usecases';
import { stepClosures } from '@nx-ml/core/usecases/code';
import type { StepCode } from '@nx-ml/core/usecases/code';
import { interpreterKinds } from '@nx-ml/core/usecases/plan';

import { NxWorkspace, ParsedImports, rememberedSources } from '../../workspace/index.js';
import type { FoundProjects } from './ml-projects.js';

/** A step that Python runs. */
export interface PythonUse {
  readonly project: string;
  /** environment.python of its ml.yaml. */
  readonly configured: string | undefined;
  /** Top-level modules from outside of the workspace that its code imports. */
  readonly modules: readonly string[];
  /** Where it imports them. */
  readonly imports: readonly { readonly module: string; readonly file: string; readonly line: number }[];
  /** The script that its command starts without naming an interpreter; workspace-relative. */
  readonly startsDirectly: string | undefined;
}

interface PythonUsesInput {
  readonly root: string;
  readonly files: WorkspaceFiles;
  readonly found: FoundProjects;
}

export function pythonUses({ root, files, found }: PythonUsesInput): readonly PythonUse[] {
  const parsed = rememberedSources(root);
  const imports = new ParsedImports(files, parsed.imports);
  const workspace = new NxWorkspace({ root, graph: found.graph, files, parsed, tsPaths: undefined });
  return found.projects.flatMap((project) => {
    const closures = stepClosures(project, workspace);
    return stepsOf(project.config).flatMap((spec) => {
      const code = closures.get(spec.step);
      if (code === undefined || !interpreterKinds({ spec, code }).has('python')) return [];
      return [useOf({ project, spec, code, imports })];
    });
  });
}

interface UseInput {
  readonly project: MlProject;
  readonly spec: StepSpec;
  readonly code: StepCode;
  readonly imports: ParsedImports;
}

function useOf({ project, spec, code, imports }: UseInput): PythonUse {
  const statements = code.files.flatMap((file) =>
    (imports.of(file)?.imports ?? []).flatMap((each) =>
      each.kind === 'python' && each.level === 0
        ? [{ module: each.module.split('.')[0] ?? '', file, line: each.line }]
        : [],
    ),
  );
  const [first = ''] = commandWords(spec.command);
  const script = posix.join(project.root, first);
  return {
    project: project.name,
    configured: spec.environment.python,
    modules: code.pythonModules,
    imports: statements,
    startsDirectly: code.entries.includes(script) && script.endsWith('.py') ? script : undefined,
  };
}

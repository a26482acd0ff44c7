import { output, refuse, sources, write } from './project.mjs';

/** Snakemake, Debian's package: times of files, and its own record of code, parameters and inputs. */
export function snakemake(folder, count) {
  const version = output('snakemake', ['--version']).trim();
  write(folder, {
    ...sources(count),
    Snakefile: `rule train:
    input: expand("out/model-{index}", index=range(${count}))

rule model:
    input:
        "models/model-{index}/train.mjs",
        lambda wildcards: f"datasets/data-{int(wildcards.index) % 10}/rows.csv",
        "libs/shared/index.mjs"
    output: "out/model-{index}"
    shell: "echo 1 > {output}"
`,
  });
  return {
    name: `Snakemake ${version}`,
    run: ({ expectNothingToDo = false } = {}) => {
      const said = output('snakemake', ['--cores', '2'], { cwd: folder });
      refuse(expectNothingToDo && !said.includes('Nothing to be done'), 'it ran something');
    },
  };
}

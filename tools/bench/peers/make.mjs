import { output, refuse, sources, write } from './project.mjs';

/** GNU make: times of files, no hashes, no cache. */
export function make(folder, count) {
  const version = /GNU Make (\S+)/.exec(output('make', ['--version']))?.[1];
  const names = Array.from({ length: count }, (_, index) => `out/model-${index}`);
  const rules = names.map(
    (name, index) =>
      `${name}: models/model-${index}/train.mjs datasets/data-${index % 10}/rows.csv libs/shared/index.mjs\n\techo 1 > $@\n`,
  );
  write(folder, {
    ...sources(count),
    'out/.keep': '',
    Makefile: `train: ${names.join(' ')}\n${rules.join('')}`,
  });
  return {
    name: `GNU make ${version}`,
    run: ({ expectNothingToDo = false } = {}) => {
      const said = output('make', ['-j2', 'train'], { cwd: folder });
      refuse(expectNothingToDo && !said.includes('Nothing to be done'), 'it ran something');
    },
  };
}

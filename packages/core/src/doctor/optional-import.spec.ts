import { isOptionalImport } from './optional-import.js';

const source = `import os
try:
    import cupy
    if os.name:

        # a comment
        import cupyx
except ImportError:
    import numpy as cupy
import sklearn
if TYPE_CHECKING:
    import types_only
if os.name:
    import needed
def lazily():
    import late
try:
    pass
finally:
    pass
import after
`;
const lineOf = (module: string) =>
  source.split('\n').findIndex((line) => line.endsWith(`import ${module}`)) + 1;

describe('isOptionalImport', () => {
  it.each(['cupy', 'cupyx', 'types_only'])('%s is optional', (module) => {
    expect(isOptionalImport(source, lineOf(module))).toBe(true);
  });

  it.each(['os', 'sklearn', 'needed', 'late', 'after'])('%s is needed', (module) => {
    expect(isOptionalImport(source, lineOf(module))).toBe(false);
  });

  it('what stands in for it is optional too: one of the two is enough', () => {
    expect(isOptionalImport(source, source.split('\n').findIndex((line) => line.includes('numpy')) + 1)).toBe(
      true,
    );
  });
});

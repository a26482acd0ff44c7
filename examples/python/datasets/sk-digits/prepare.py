from sklearn.datasets import load_digits

from tabular import Run, write_parts

run = Run.from_environment()
source = load_digits(as_frame=True)

table = source.data.astype(int)  # the greys are whole numbers
table.insert(0, "id", [f"digit-{row}" for row in range(len(table))])
table.insert(1, "label", source.target)

write_parts(table, run.outputs["data"])

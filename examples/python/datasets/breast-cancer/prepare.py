from sklearn.datasets import load_breast_cancer

from tabular import Run, write_parts

run = Run.from_environment()
source = load_breast_cancer(as_frame=True)

table = source.data.rename(columns=lambda name: name.replace(" ", "_"))
table.insert(0, "id", [f"tumor-{row}" for row in range(len(table))])
table.insert(1, "label", source.target_names[source.target])

write_parts(table, run.outputs["data"])

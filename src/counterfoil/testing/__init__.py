"""The laws that the package's own units are held to, for units of your own.

| yours | the laws |
|---|---|
| any unit | `units.check_unit` |
| a stage of mining | `stages.check_stage` |
| an editor | `stages.check_editor` |
| a loss | `losses.check_loss` |
| a benchmark | `benchmarks.check_benchmark` |

Each raises an AssertionError that says which law is broken. `records.examples` gives records to try a stage
or an editor on; `embedded` gives batches of random embeddings. Nothing here needs pytest.
"""

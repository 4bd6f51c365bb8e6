"""papermill's engine, but it saves the notebook when code starts, and at the end.

That is enough to see where a notebook stopped that was killed. papermill itself saves it twice a
cell, prose as well, and each time it takes as long as all that the notebook shows so far is large.
"""

from __future__ import annotations

from papermill.engines import NBClientEngine


class Sparing(NBClientEngine):
    """Runs a notebook as papermill does."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        """Run the notebook of a manager, which is made to save less often."""

        def unsaved(step):
            def done(cell, *args, **more):
                path, nb_man.output_path = nb_man.output_path, None
                try:
                    step(cell, *args, **more)
                finally:
                    nb_man.output_path = path

            return done

        def start(cell, *args, **more):
            (loud if cell.cell_type == "code" else quiet)(cell, *args, **more)

        loud, quiet = nb_man.cell_start, unsaved(nb_man.cell_start)
        nb_man.cell_start, nb_man.cell_complete = start, unsaved(nb_man.cell_complete)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)

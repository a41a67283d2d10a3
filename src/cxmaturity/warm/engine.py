"""The papermill engine ``cxmaturity``: ``papermill --engine cxmaturity in.ipynb out.ipynb -p name value``.

papermill imports every registered engine each time it starts, and one that fails breaks the command. So nothing is
imported here until a notebook is run.
"""

from __future__ import annotations

from typing import Any


class CxMaturityEngine:
    """Run a Python notebook in one warm fresh process; any other language through papermill's own engine.

    The output file is saved at the start, after each cell and at the end; cells, outputs, metadata and exceptions are
    papermill's.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: Any, **options: Any) -> Any:
        """Execute a notebook for papermill; return it."""
        from cxmaturity.warm.engine_run import execute

        return execute(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the name of the kernel that the notebook asks for."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return the language of the notebook."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))

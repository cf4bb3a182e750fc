"""The tour runs on small data, and what is committed of it is one run with the real data."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.pen_digits import write_digits

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "tour.ipynb"


@pytest.fixture
def tour():
    """Return the committed notebook."""
    return nbformat.read(TOUR, as_version=4)


def code_cells(notebook):
    """Return the cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    """Return what all cells have put out, in order."""
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def figures(notebook):
    """Count the pictures."""
    return sum("image/png" in output.get("data", {}) for output in outputs(notebook))


@pytest.fixture
def small_run(tour, tmp_path, monkeypatch, small_mnist, write_unipen, write_letters):
    """Return the tour after a run on small data, as far from the project as can be."""
    pen_digits = write_unipen(write_digits(writers=(1, 2, 4, 7)))
    parameters = {
        "MNIST": str(small_mnist),
        "PEN_DIGITS": str(pen_digits),
        "PEN_LETTERS": str(write_letters(writers=(1, 9))),
        "EPOCHS": 1,
        "MNIST_EPOCHS": 1,
        "WIDTH": 0.2,
        "MADE": 10,
    }
    lines = [f"{name} = {value!r}" for name, value in parameters.items()]
    place = next(i for i, c in enumerate(tour.cells) if "parameters" in c.metadata.get("tags", []))
    tour.cells.insert(place + 1, nbformat.v4.new_code_cell("\n".join(lines)))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Streamlit sets it: figures would be lost
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))  # nothing in a home folder
    client = NotebookClient(
        tour, kernel_name="python3", timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    )
    return client.execute()


def test_every_figure_comes_out_on_small_data(small_run):
    assert all(cell.execution_count for cell in code_cells(small_run))
    assert figures(small_run) == figures(nbformat.read(TOUR, as_version=4)) > 0


def test_what_is_committed_was_run_from_top_to_bottom(tour):
    counts = [cell.execution_count for cell in code_cells(tour)]
    assert counts == list(range(1, len(counts) + 1))


def test_what_is_committed_has_no_errors_noise_or_folders_of_a_machine(tour):
    assert not [o for o in outputs(tour) if o.output_type == "error" or o.get("name") == "stderr"]
    words = "".join(
        o.get("text", "") + str(o.get("data", {}).get("text/plain")) for o in outputs(tour)
    )
    assert not re.search(r"/(home|root|tmp|Users|work)/", words)
    assert TOUR.stat().st_size < 1_500_000

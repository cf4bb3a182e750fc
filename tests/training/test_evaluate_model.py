from PIL import ImageFont

from digit_model.report_file import read_report
from tests.training.conftest import MEASURING, written
from tools import evaluate_model


def test_photographs_and_print_are_measured_into_the_report(data, fitted, capsys):
    (fitted / "Plain-Regular.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    options = [*data.options, *MEASURING, *written(fitted), f"--fonts={fitted}"]
    assert evaluate_model.main([*options, "--photographs=2"]) == 0
    rows = read_report(fitted / "report.json")["photographs"]
    assert [row["data"] for row in rows] == [
        "photographs of MNIST's test digits",
        "photographs of people's digits",
        "the same, in faint pencil",
        "the same, out of focus",
        "the same, cropped, 24–40 pixels",
        "1 typefaces on a screen",
        "1 typefaces, photographed",
    ]
    assert all(row["images"] == 2 for row in rows)
    out = capsys.readouterr().out
    assert "| photographs of people's digits | 2 |" in out
    assert "drawn  read as" in out


def test_tables_alone_are_written_from_the_report(fitted):
    tables = fitted / "docs" / "accuracy-tables.md"
    before = tables.read_text()
    tables.unlink()
    assert evaluate_model.main([*written(fitted), "--tables"]) == 0
    assert tables.read_text() == before

import json

from PIL import ImageFont

from digit_model.report_file import REPORT_FILE, read_report
from tools import evaluate_model


def test_photographs_and_print_are_measured_into_the_report(
    small_mnist, write_unipen, write_letters, tmp_path, capsys
):
    (tmp_path / "Plain-Regular.ttf").write_bytes(ImageFont.load_default(20).font_bytes)
    report = read_report(REPORT_FILE)
    file = tmp_path / "report.json"
    # What the network rejects by is its own file's business.
    file.write_text(json.dumps({**report, "temperature": None, "thresholds": None}))
    writers = range(1, 31)
    options = [f"--mnist={small_mnist}", f"--pen-digits={write_unipen(writers=writers)}"]
    options += [f"--pen-letters={write_letters(writers=range(1, 12))}", f"--fonts={tmp_path}"]
    options += [f"--without={name}" for name in ("unipen", "outlines", "omniglot")]
    options += [f"--errors={tmp_path / 'errors.png'}", f"--examples={tmp_path / 'examples.npz'}"]
    options += [f"--taken={tmp_path / 'taken.png'}"]
    assert evaluate_model.main([*options, f"--report={file}", "--photographs=2", "--made=10"]) == 0
    rows = read_report(file)["photographs"]
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
    assert rows[1]["accuracy"] == 1  # two stems
    assert "| photographs of people's digits | 2 | 100.00% |" in capsys.readouterr().out

"""The usual demo, beside which README sets the page, on data of seconds."""

import json

from benchmarks import usual_demo


def test_one_command_trains_and_measures_it_on_the_same_drawings(data, tmp_path, capsys):
    file = tmp_path / "usual_demo.json"
    options = [*data.options, f"--file={file}", "--epochs=1", "--photographs=2"]
    assert usual_demo.main(options) == 0
    sets = json.loads(file.read_text("utf-8"))["sets"]
    assert [row["images"] for row in sets] == [20, 10, 2]
    assert "| MNIST's 10,000 test images |" in capsys.readouterr().out

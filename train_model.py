"""Train the network, measure it, and write model.keras and digit_model/report.json.

    python train_model.py

MNIST: 60,000 training and 10,000 test images of 28×28. Digits by strokes: 18,668 of 135 people,
of whom 86 are trained on, 15 validate and 34 test. Letters, signs, outlines and characters of
other scripts: what is not a digit. What is not named is downloaded, if it can be.

    python train_model.py --drawings drawings.npz

fits the network to one's own drawings, in minutes and without other data.
"""

import argparse
import os
import shlex
import sys
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings

from digit_model.data.load import add_source_options, load_sources
from digit_model.errors import DataError, ModelError
from digit_model.evaluation.photograph_sets import add_measuring_sizes
from digit_model.exported_drawings import read_drawings
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.model_file import Fitted, store_fitted
from digit_model.report_file import REPORT_FILE, write_report
from digit_model.training.settings import Settings


def main(arguments=None):
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        if options.drawings:
            learn_own_drawings(options)
            return 0
        sources = load_sources(options)
    except (DataError, ModelError) as error:
        print(f"train_model.py: {error}", file=sys.stderr)
        return 1
    report = train_and_report(options, sources)

    from digit_model.evaluation.tables import format_table

    print(format_table(report))
    thresholds = " ".join(f"{each:.2f}" for each in report["thresholds"])
    print(f"temperature {report['temperature']:.3f}, thresholds {thresholds}")
    print(f"wrote {options.model} and {options.report}")
    return 0


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument(
        "--drawings", type=Path, help="drawings.npz exported from the page: learn these alone"
    )
    parser.add_argument(
        "--drawings-share", type=float, default=0.5, help="of what is learnt then (%(default)s)"
    )
    parser.add_argument(
        "--start", type=Path, default=MODEL_FILE, help="the network to begin with then"
    )
    add_measuring_sizes(parser)
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    parser.add_argument("--model", type=Path, default=MODEL_FILE, help="where the network goes")
    parser.add_argument("--report", type=Path, default=REPORT_FILE, help="where the figures go")
    parser.add_argument(
        "--folder", type=Path, default="build/training", help="for checkpoints (%(default)s)"
    )
    parser.add_argument(
        "--workers", type=int, default=1, help="processes that draw (%(default)s); 0 for none"
    )
    for setting in fields(Settings):
        parser.add_argument(
            f"--{setting.name.replace('_', '-')}",
            type=setting.type,
            default=setting.default,
            help="%(default)s by default",
        )
    return parser.parse_args(arguments)


def learn_own_drawings(options):
    """Fit the network to one's own drawings, and say what that has changed."""
    from digit_model.training.fine_tuning import learn_drawings

    load_classifier(options.start)  # says what is wrong with the file
    drawings = read_drawings(options.drawings)
    gain = learn_drawings(options.start, drawings, options.drawings_share, options.model)
    print(f"learnt {gain.learnt:,} drawings; of {gain.held_back:,} held back, it reads")
    print(f"{gain.before:.1%} right before, {gain.after:.1%} after")
    print(f"wrote {options.model}; tools/evaluate_model.py measures it on everything else")


def train_and_report(options, sources):
    """Fit, calibrate and measure; write the model and its report, each whole or not at all."""
    from digit_model.evaluation.evaluate import HeldBack, evaluate
    from digit_model.training.embedding import fit_hand
    from digit_model.training.fit import calibrate, split_training_data, train

    settings = Settings(**{f.name: getattr(options, f.name) for f in fields(Settings)})
    material, validation = split_training_data(sources)
    print(f"{len(material.images):,} images, {len(material.digits):,} pen digits to learn from")
    network, history = train(
        material, validation, settings, options.folder, options.resume, options.workers
    )

    new_file = options.model.with_name(f".new-{options.model.name}")
    calibrate(network, validation, new_file)
    if sources.digits.train:
        bare = load_classifier(new_file)
        store_fitted(new_file, Fitted(embedding=fit_hand(bare, sources.digits.train)))
    classifier = load_classifier(new_file)
    evaluation = evaluate(
        classifier, HeldBack.of(sources), options.photographs, options.fonts, options.made
    )
    report = {
        "command": shlex.join(["python", *sys.argv]),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {
            "sha256": classifier.fingerprint,
            "bytes": new_file.stat().st_size,
            "parameters": sum(layer.parameters for layer in classifier.layers),
        },
        "settings": asdict(settings),
        "temperature": classifier.temperature,
        "thresholds": classifier.thresholds.tolist(),
        **evaluation.results,
        "history": history,
    }
    os.replace(new_file, options.model)
    write_report(report, options.report)
    return report


if __name__ == "__main__":
    sys.exit(main())

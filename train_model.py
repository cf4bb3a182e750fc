"""Train both networks and all that is fitted to them, measure them, write model.keras and report.

    python train_model.py

MNIST: 60,000 training and 10,000 test images of 28×28. Digits by strokes: 26,558 of 441 people. One
network learns from images, one from strokes. Letters, signs, outlines, sketches and characters of
other scripts: what is not a digit. Data that is not named is downloaded, where possible.

    python train_model.py --keep-network

keeps both networks and their temperatures, and chooses the rest of their file again: thresholds,
the embedding of handwriting, the number reader's weights. `--keep-image-network` keeps the one
whose fit takes hours.

    python train_model.py --drawings drawings.npz

fits the networks to one's own drawings, in minutes and without other data.
"""

import argparse
import os
import shlex
import shutil
import sys
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings

from digit_model.data.load import Sources, add_source_options, load_sources
from digit_model.errors import DataError, ModelError
from digit_model.evaluation.evaluate import add_measuring_options, evaluate
from digit_model.evaluation.publish import add_output_options, describe, publish
from digit_model.exported_drawings import read_drawings
from digit_model.loading import MODEL_FILE, image_network, load_classifier, load_model
from digit_model.model_file import Fitted, store_fitted
from digit_model.report_file import read_report
from digit_model.training.settings import Settings

RECORD = "command", "finished", "settings", "history", "stroke_history"  # of a fit


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parse(arguments)
    try:
        if options.drawings:
            learn_own_drawings(options)
        else:
            make_network(options, load_sources(options))
    except (DataError, ModelError) as error:
        print(f"train_model.py: {error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_source_options(parser)
    parser.add_argument(
        "--keep-network", action="store_true", help="fit nothing but the rest of --model's file"
    )
    parser.add_argument(
        "--keep-image-network",
        action="store_true",
        help="fit the stroke network beside the image network of --model, and the rest",
    )
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    parser.add_argument(
        "--drawings", type=Path, help="drawings.npz exported from the page: learn only these"
    )
    parser.add_argument(
        "--drawings-share", type=float, default=0.5, help="of each batch: one's own (%(default)s)"
    )
    parser.add_argument(
        "--start", type=Path, default=MODEL_FILE, help="the network that --drawings begins with"
    )
    add_output_options(parser)
    add_measuring_options(parser)
    parser.add_argument(
        "--folder",
        type=Path,
        default="build/training",
        help="for a fit's checkpoints (%(default)s)",
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


def learn_own_drawings(options: argparse.Namespace) -> None:
    """Fit the network to one's own drawings, and print what that has changed."""
    from digit_model.training.fine_tuning import learn_drawings

    load_classifier(options.start)  # raises the error that says what is wrong with the file
    drawings = read_drawings(options.drawings)
    gain = learn_drawings(options.start, drawings, options.drawings_share, options.model)
    print(f"learnt {gain.learnt:,} drawings; of {gain.held_back:,} held back, it reads")
    print(f"{gain.before:.1%} right before, {gain.after:.1%} after")
    print(f"wrote {options.model}; tools/evaluate_model.py measures it on everything else")


def make_network(options: argparse.Namespace, sources: Sources) -> None:
    """Fit a network and all that its file holds, measure it, and write all files."""
    settings = Settings(**{f.name: getattr(options, f.name) for f in fields(Settings)})
    new_file = options.model.with_name(f".new-{options.model.name}")
    fit = keep_networks if options.keep_network else fit_networks
    record = fit(options, sources, settings, new_file)
    fit_the_rest(new_file, sources, settings.composed)

    classifier = load_classifier(new_file)
    evaluation = evaluate(classifier, sources, options)
    report = record | describe(classifier, new_file) | evaluation.results
    os.replace(new_file, options.model)
    print(publish(report, evaluation, options))
    thresholds = " ".join(f"{each:.2f}" for each in report["thresholds"])
    print(f"temperature {report['temperature']:.3f}, thresholds {thresholds}")


def fit_networks(
    options: argparse.Namespace, sources: Sources, settings: Settings, file: Path
) -> dict[str, Any]:
    """Fit both networks, write them with all that validation data chooses; return a record."""
    from digit_model.training.calibration import calibrate_images, calibrate_strokes, store_networks
    from digit_model.training.fit import train, train_strokes
    from digit_model.training.material import split_training_data

    record = read_record(options) if options.keep_image_network else {}
    material, validation = split_training_data(sources, trace=not record)
    print(f"{len(material.images):,} images, {len(material.digits):,} pen digits to learn from")
    how = material, validation, settings
    if record:
        by_image = image_network(load_model(options.model))
    else:
        network, record["history"] = train(
            *how, options.folder / "image", options.resume, options.workers
        )
        by_image = calibrate_images(network, validation)
    by_strokes, record["stroke_history"] = None, []
    if material.digits:
        network, record["stroke_history"] = train_strokes(
            *how, options.folder / "strokes", options.resume, options.workers
        )
        by_strokes = calibrate_strokes(network, validation)
    store_networks(by_image, by_strokes, validation, file)
    command = shlex.join(["python", *sys.argv])
    return record | {
        "command": " && ".join(filter(None, [record.get("command"), command])),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": asdict(settings) | record.get("settings", {}),
    }


def keep_networks(
    options: argparse.Namespace, sources: Sources, _: Settings, file: Path
) -> dict[str, Any]:
    """Copy both networks with new thresholds, and return the record of their fits."""
    from digit_model.training.calibration import store_thresholds
    from digit_model.training.material import hold_back

    record = read_record(options)
    shutil.copyfile(options.model, file)
    store_thresholds(file, hold_back(sources))
    return record


def read_record(options: argparse.Namespace) -> dict[str, Any]:
    """Return the record of the fits of the networks in a file, from their report."""
    try:
        report = read_report(options.report, load_classifier(options.model).fingerprint)
    except (OSError, ValueError) as error:
        raise DataError(str(error)) from error
    return {key: report.get(key, []) for key in RECORD}


def fit_the_rest(file: Path, sources: Sources, composed: int) -> None:
    """Fit the embedding of handwriting and the number reader's weights, if there are pen digits."""
    from digit_model.training.embedding import fit_handwriting
    from digit_model.training.number_weights import fit_number_weights

    digits, letters = sources.digits.train, sources.letters.train
    if digits:
        classifier = load_classifier(file)
        embedding = fit_handwriting(classifier, digits)
        weights = fit_number_weights(classifier, digits, letters, composed)
        store_fitted(file, Fitted(embedding=embedding, number_weights=weights))


if __name__ == "__main__":
    sys.exit(main())

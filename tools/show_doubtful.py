"""Draw UNIPEN's digits that a network reads as something else: some of them are wrongly labelled.

    python tools/show_doubtful.py --unipen PATH --model OTHER.keras

Writes build/doubtful.png, the least likely labels first, and prints a line for each: its number
in the picture, its key, its label, and what the network read. A network that has learnt from
these digits believes them: take one that has not. What is wrong goes into
digit_model/data/unipen_left_out.txt.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from PIL import Image, ImageDraw

from digit_model.data.lookalikes import is_whole_digit
from digit_model.data.unipen import read_unipen
from digit_model.errors import DataError, ModelError
from digit_model.loading import MODEL_FILE, load_classifier
from digit_model.strokes.render import draw_anywhere

SIDE, LINE, COLUMNS = 56, 14, 24  # pixels of a drawing and of the text below it; drawings in a row


def main(arguments=None):
    """Draw and print what is doubtful; return the exit status."""
    options = parse(arguments)
    try:
        digits = [digit for digit in read_unipen(options.unipen)[0] if is_whole_digit(digit)]
        classifier = load_classifier(options.model)
    except (DataError, ModelError) as error:
        print(f"show_doubtful.py: {error}", file=sys.stderr)
        return 1
    labels = np.array([digit.label for digit in digits])
    probabilities = classifier.predict(draw_anywhere([digit.strokes for digit in digits]))
    likelihood = probabilities[np.arange(len(digits)), labels]
    doubtful = np.argsort(likelihood)[: options.count]
    read = probabilities[doubtful].argmax(axis=1)
    for number, (i, other) in enumerate(zip(doubtful, read, strict=True)):
        print(f"{number:4} {digits[i].key:32} {labels[i]} {likelihood[i]:7.2%}  read as {other}")
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    draw_sheet([digits[i] for i in doubtful], read).save(options.picture)
    print(f"wrote {options.picture}")
    return 0


def parse(arguments):
    """Parse the command line into options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--unipen", type=Path, required=True, help="as for train_model.py")
    parser.add_argument("--model", type=Path, default=MODEL_FILE)
    parser.add_argument("--count", type=int, default=300, help="how many (%(default)s)")
    parser.add_argument("--picture", type=Path, default=Path("build/doubtful.png"))
    return parser.parse_args(arguments)


def draw_sheet(digits, read):
    """Draw PenSamples with a thin pen, each above its number, its label and what was read."""
    images = draw_anywhere([digit.strokes for digit in digits], brush=8, sizes=(0.8, 0.8))
    rows = -(-len(digits) // COLUMNS)
    sheet = Image.new("L", (COLUMNS * (SIDE + 2), rows * (SIDE + LINE)))
    pen = ImageDraw.Draw(sheet)
    for number, (digit, image, other) in enumerate(zip(digits, images, read, strict=True)):
        left, top = number % COLUMNS * (SIDE + 2), number // COLUMNS * (SIDE + LINE)
        sheet.paste(Image.fromarray(np.uint8(image * 255)).resize((SIDE, SIDE)), (left, top))
        pen.text((left, top + SIDE), f"{number} {digit.label}>{other}", fill=255)
    return sheet


if __name__ == "__main__":
    sys.exit(main())

"""Numbers: which strokes make a digit. The networks here look at nothing but ink and its shape."""

from time import thread_time

import numpy as np
import pytest
from PIL import Image

from digit_model import read_number, read_number_image
from digit_model.numbers.division import is_broad
from digit_model.numbers.groups import Layout, propose_groups
from digit_model.numbers.pieces import image_of_pieces, pieces_of_strokes
from digit_model.numbers.reader import read_number_ink
from digit_model.numbers.reasons import NOT_A_NUMBER, NOTHING, SEVERAL_LINES, TOO_LONG
from digit_model.rasterize import draw
from photo.pictures import picture_ink
from tests.fake_networks import ImageNetwork
from tests.written_numbers import FOUR, TWO, WRITTEN, line, ring, seven, stem

WIDTH = 10


def bar(x):
    """The bar of a seven that begins at x, so long that it stands out."""
    return line((x + 5, 110), (x + 55, 110))


class ShapeReader(ImageNetwork):
    """A network that knows images by name, and takes all others for no digit.

    Each of its digits is known by the strokes that it was shown, drawn by themselves.
    """

    batches = images = 0

    def __init__(self, **digits):
        self.known = []
        for name, drawings in digits.items():
            for strokes in drawings:
                image = image_of_pieces(pieces_of_strokes(strokes, WIDTH)[0])
                self.known.append((int(name.removeprefix("d")), image))

    def predict(self, images):
        self.batches += 1
        self.images += len(images)
        rows = np.full((len(images), 10), 0.1, np.float32)
        for row, image in zip(rows, images, strict=True):
            for digit, known in self.known:
                if min(np.abs(image - near).mean() for near in self._shifted(known)) < 0.03:
                    row[:] = 1e-5  # as certain as the real one is of a plain digit
                    row[digit] = 1 - 9e-5
        return rows

    @staticmethod
    def _shifted(image):
        """Centring rounds: the same shape elsewhere may be a pixel off."""
        steps = (-1, 0, 1)
        return [np.roll(image, (row, column), (0, 1)) for row in steps for column in steps]


@pytest.fixture(scope="module")
def reader():
    return ShapeReader(d1=[[stem(50)]], d0=[[ring(50)]], d7=[[seven(50)], [seven(50), bar(50)]])


def test_one_digit_is_a_number_of_one(reader):
    number = read_number(reader, [ring(100)], WIDTH)
    assert (number.text, number.strokes, number.reason) == ("0", [0], None)
    assert number.confidence == pytest.approx(number.digits[0].confidence)


def test_a_network_without_weights_for_numbers_reads_single_digits():
    alone = ShapeReader(d0=[[ring(50)]])
    alone.number_weights = None
    texts = [
        read_number(alone, strokes, WIDTH).text for strokes in ([ring(50)], [ring(50), ring(120)])
    ]
    assert texts == ["0", None]


def test_two_stems_side_by_side_are_11(reader):
    number = read_number(reader, [stem(60), stem(110)], WIDTH)
    assert (number.text, number.strokes) == ("11", [0, 1])


def test_digits_stand_from_left_to_right_in_whatever_order_they_were_drawn(reader):
    number = read_number(reader, [ring(150), stem(60)], WIDTH)
    assert (number.text, number.strokes) == ("10", [1, 0])


def test_bars_drawn_last_belong_to_the_sevens_that_they_cross(reader):
    number = read_number(reader, [seven(40), seven(140), bar(140), bar(40)], WIDTH)
    assert (number.text, number.strokes) == ("77", [0, 1, 1, 0])


def test_digits_that_touch_are_two(reader):
    number = read_number(reader, [stem(60), ring(97)], WIDTH)
    assert (number.text, number.strokes) == ("10", [0, 1])


def test_what_lies_apart_is_read_in_one_batch(reader):
    before = reader.batches
    number = read_number(reader, [seven(20), bar(20), ring(150), stem(220)], WIDTH)
    assert (number.text, reader.batches - before) == ("701", 1)


@pytest.mark.parametrize(("height", "expected"), [(9, True), (10, False), (11, False)])
def test_what_is_broader_than_tall_is_broad(height, expected):
    image = np.zeros((28, 28), np.float32)
    image[5 : 5 + height, 5:15] = 1
    assert is_broad(image) == expected


def test_what_is_certainly_one_digit_is_not_divided(reader):
    before = reader.images
    number = read_number(reader, [seven(20), bar(20)], WIDTH)
    assert (number.text, number.strokes, reader.images - before) == ("7", [0, 0], 1)


def test_of_digits_that_lie_apart_nothing_is_read_across_their_gaps(reader):
    before = reader.images
    number = read_number(reader, [stem(50), stem(70), stem(90), ring(150)], WIDTH)
    assert (number.text, reader.images - before) == ("1110", 4 + 1)  # and the whole


def test_what_is_in_doubt_is_read_across_a_gap(reader):
    two_parts = ShapeReader(d4=[[stem(50), stem(68)]], d0=[[ring(50)]])
    number = read_number(two_parts, [stem(50), stem(68), ring(150)], WIDTH)
    assert (number.text, number.strokes) == ("40", [0, 0, 1])


def test_what_the_network_saw_comes_with_each_digit(reader):
    number = read_number(reader, [stem(60), ring(150)], WIDTH)
    assert [image.shape for image in number.images] == [(28, 28)] * 2
    assert [prediction.digit for prediction in number.digits] == [1, 0]


def test_an_image_of_the_whole_drawing_is_taken_as_it_is(reader):
    pixels = np.zeros((28, 28), np.float32)
    assert read_number(reader, [stem(60)], WIDTH, pixels).images[0] is pixels


def test_an_image_of_the_whole_is_what_one_digit_is_read_from(reader):
    pixels = image_of_pieces(pieces_of_strokes([stem(60)], WIDTH)[0])
    number = read_number(reader, [stem(60)], WIDTH, pixels)
    assert (number.text, number.strokes, number.images) == ("1", [0], [pixels])
    assert number.confidence == reader.classify(pixels).confidence


def test_the_confidence_is_at_most_the_least_certain_digits(reader):
    number = read_number(reader, [stem(60), ring(150)], WIDTH)
    assert 0.9 < number.confidence <= min(digit.confidence for digit in number.digits) ** 2


def test_a_scribble_is_not_a_number(reader):
    points = np.random.default_rng(0).uniform(20, 260, (40, 2))
    number = read_number(reader, [points], WIDTH)
    assert (number.text, number.reason, len(number.digits)) == (None, NOT_A_NUMBER, 1)


def test_a_number_with_a_scribble_in_it_is_seen_as_a_whole(reader):
    points = np.random.default_rng(0).uniform(100, 200, (40, 2))
    number = read_number(reader, [stem(40), points], WIDTH)
    assert (number.text, number.strokes, len(number.images)) == (None, [0, 0], 1)


def test_a_second_line_is_declined(reader):
    upper = [stem(60, 20, 120), ring(150, 70)]
    lower = [ring(60, 200), stem(150, 150, 250)]
    assert read_number(reader, upper + lower, WIDTH).reason == SEVERAL_LINES


def test_one_digit_below_another_is_a_second_line(reader):
    assert read_number(reader, [ring(60, 70), ring(60, 200)], WIDTH).reason == SEVERAL_LINES


@pytest.mark.parametrize(("count", "text"), [(6, "111111"), (7, None)])
def test_six_digits_are_the_most(reader, count, text):
    number = read_number(reader, [stem(20 + 38 * i) for i in range(count)], WIDTH)
    assert number.text == text
    assert number.reason == (None if text else TOO_LONG)


@pytest.mark.parametrize("strokes", [[], [np.empty((0, 2))], [np.full((3, 2), np.nan)]])
def test_nothing_is_not_a_number(reader, strokes):
    number = read_number(reader, strokes, WIDTH)
    assert (number.text, number.reason, number.digits) == (None, NOTHING, [])
    assert number.strokes == [None] * len(strokes)


def test_a_stroke_without_a_finite_point_is_in_no_digit(reader):
    number = read_number(reader, [np.full((3, 2), np.inf), stem(60)], WIDTH)
    assert (number.text, number.strokes) == ("1", [None, 0])


@pytest.mark.parametrize(
    "strokes",
    [
        [np.random.default_rng(0).uniform(0, 280, (20_000, 2))],
        list(np.random.default_rng(0).uniform(0, 280, (400, 5, 2))),
        list(np.random.default_rng(0).uniform(0, 280, (20_000, 1, 2))),
        [np.full((1, 2), 5.0 * i) for i in range(24)],
        [stem(8 + 11 * i) for i in range(24)],
        [line((-1e9, 5), (1e9, 7)), stem(60)],
        [line((1e308, 5), (-1e308, 7)), stem(60)],
    ],
    ids=[
        "20,000 points",
        "hundreds of strokes",
        "20,000 strokes",
        "dots",
        "stems",
        "huge",
        "overflowing",
    ],
)
def test_what_no_hand_draws_takes_bounded_time(reader, strokes):
    read_number(reader, [stem(60)], WIDTH)
    start = thread_time()  # of the processor: how busy the machine is does not count
    number = read_number(reader, strokes, WIDTH)
    assert thread_time() - start < 0.2  # 0.05 on an idle machine
    assert len(number.digits) <= 6


@pytest.mark.parametrize("width", [0, -3, 1e9, np.inf, np.nan])
def test_a_brush_of_any_width_is_survived(reader, width):
    assert len(read_number(reader, [stem(60), ring(150)], width).images) >= 1


def test_ink_without_strokes_is_read_by_its_connected_parts(reader):
    number = read_number_image(reader, draw([stem(60), ring(150)], WIDTH, 280, 280))
    assert (number.text, number.strokes) == ("10", [])


def test_ink_that_touches_is_cut_where_it_is_thin(reader):
    number = read_number_image(reader, draw([ring(60), ring(128)], WIDTH, 280, 280))
    assert number.text == "00"


def test_stems_cut_out_of_connected_ink_are_those_of_a_letter(reader):
    """Of letters on paper one in six was read as a number, an N as 11."""
    joined = [stem(60), stem(110), line((60, 158), (110, 158))]
    assert read_number_image(reader, draw(joined, WIDTH, 280, 280)).text is None


def test_a_row_of_digits_that_all_touch_is_cut_as_often_as_it_must(reader):
    rings = [ring(40 + 69 * i) for i in range(4)]
    assert read_number_image(reader, draw(rings, WIDTH, 340, 280)).text == "0000"


def test_what_is_short_and_touches_something_is_no_digit_by_itself(reader):
    layout = Layout(*pieces_of_strokes([stem(60), line((60, 158), (90, 158))], WIDTH))
    members = [group.members for group in propose_groups(layout)]
    assert members == [(0, 1), (0,)]


def test_a_speck_of_ink_is_no_digit(reader):
    rgba = draw([stem(60), ring(150)], WIDTH, 280, 280)
    rgba[150:152, 100:102, 3] = 255
    assert len(read_number_image(reader, rgba).images) <= 2


def test_an_empty_picture_is_not_a_number(reader):
    assert read_number_image(reader, np.zeros((50, 60, 4), np.uint8)).reason == NOTHING


def test_pixels_of_another_kind_are_refused(reader):
    with pytest.raises(ValueError, match="expected canvas pixels"):
        read_number_image(reader, np.zeros((50, 60), np.uint8))


def on_paper(strokes):
    """Return a photograph of strokes in dark ink on a sheet that is lit from one side."""
    ink = draw(strokes, WIDTH, 280, 280)[..., 3:] / 255
    paper = np.linspace(140, 230, 280)[None, :, None] * np.ones((280, 280, 3))
    return Image.fromarray(np.round(paper * (1 - 0.8 * ink)).astype(np.uint8))


def test_a_number_on_paper_is_read_from_left_to_right(committed_classifier):
    number = read_number_ink(committed_classifier, picture_ink(on_paper([*FOUR, TWO])))
    assert number.text == "42"


def test_several_lines_on_paper_are_declined(committed_classifier):
    lines = [TWO / 2 + (x, y) for x in (0, 70) for y in (0, 120)]
    number = read_number_ink(committed_classifier, picture_ink(on_paper(lines)))
    assert number.reason == SEVERAL_LINES


def test_a_program_gets_a_number_with_its_digits(reader):
    answer = read_number(reader, [stem(60), ring(150)], WIDTH).as_json()
    assert (answer["text"], answer["digit"], answer["reason"]) == ("10", None, None)
    assert [each["digit"] for each in answer["digits"]] == [1, 0]


def test_a_program_gets_one_digit_as_before(reader):
    number = read_number(reader, [seven(40), bar(40)], WIDTH)
    answer, digit = number.as_json(), number.whole.as_json()
    assert {name: answer[name] for name in digit} == digit
    assert (answer["text"], answer["digits"]) == ("7", [digit])


def test_a_program_gets_that_nothing_is_drawn(reader):
    answer = read_number(reader, [], WIDTH).as_json()
    assert (answer["digit"], answer["text"], answer["reason"]) == (None, None, NOTHING)


def test_a_program_gets_why_there_is_no_number(reader):
    answer = read_number(reader, [ring(60, 70), ring(60, 200)], WIDTH).as_json()
    assert (answer["text"], answer["digit"], answer["digits"]) == (None, None, [])
    assert answer["reason"] == SEVERAL_LINES


@pytest.mark.parametrize(("text", "strokes", "places"), WRITTEN.values(), ids=WRITTEN)
def test_the_committed_network_reads(committed_classifier, text, strokes, places):
    number = read_number(committed_classifier, strokes, 12)
    assert (number.text, number.strokes) == (text, places)
    assert number.confidence > 0.5


@pytest.mark.parametrize("letter", ["A", "H", "M", "W", "X"])
def test_the_committed_network_takes_no_letter_for_a_number(committed_classifier, letter):
    strokes = {
        "A": [line((60, 180), (110, 60), (160, 180)), line((80, 130), (140, 130))],
        "H": [stem(60), stem(130), line((60, 110), (130, 110))],
        "M": [line((40, 170), (60, 60), (100, 140), (140, 60), (160, 170))],
        "W": [line((40, 60), (70, 170), (100, 90), (130, 170), (160, 60))],
        "X": [line((60, 60), (150, 170)), line((150, 60), (60, 170))],
    }[letter]
    assert read_number(committed_classifier, strokes, 14).text is None

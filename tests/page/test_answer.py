import numpy as np
import pytest

from digit_model import Prediction
from page.answer import build_lines, build_prediction


def test_whatever_is_put_into_an_answer_stays_text():
    html = build_lines("digit", "<b>7</b>", "1 & 2", "<script>")
    assert html == ('<p class="digit">&lt;b&gt;7&lt;/b&gt;</p><p>1 &amp; 2 · &lt;script&gt;</p>')


def test_parts_with_nothing_to_say_are_left_out():
    assert build_lines("digit", 7, "99 % sure", "") == '<p class="digit">7</p><p>99 % sure</p>'


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.65, "an 8, perhaps a 1 · 65 % sure"), (0.75, "75 % sure")],
)
def test_in_doubt_the_second_digit_is_named_too(share, says):
    probabilities = np.zeros(10, np.float32)
    probabilities[[8, 1]] = share, 1 - share
    assert build_prediction(Prediction(8, share, probabilities)) == build_lines("digit", 8, says)

import numpy as np
import pytest

from digit_model.data import (
    TEST_WRITERS,
    VALIDATION_WRITERS,
    DataError,
    load_mnist,
    read_pen_digits,
    split_by_writer,
)

ONE = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 3 5\n.PEN_DOWN\n 10 30\n 10 20\n.PEN_UP\n'


def test_mnist_comes_in_keras_layout(small_mnist):
    mnist = load_mnist(small_mnist)
    assert mnist["x_train"].shape == (240, 28, 28)
    assert mnist["y_test"].tolist() == [*range(10)] * 2


def test_a_missing_mnist_file_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.npz.*--mnist"):
        load_mnist(tmp_path / "nowhere.npz")


def test_a_truncated_mnist_file_is_an_error(small_mnist):
    small_mnist.write_bytes(small_mnist.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"mnist\.npz is not MNIST"):
        load_mnist(small_mnist)


def test_an_mnist_file_without_test_images_is_an_error(tmp_path):
    np.savez(tmp_path / "half.npz", x_train=np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(DataError, match="y_train"):
        load_mnist(tmp_path / "half.npz")


def test_images_of_another_size_are_an_error(tmp_path):
    images, labels = np.zeros((2, 32, 32), np.uint8), np.zeros(2, np.uint8)
    file = tmp_path / "large.npz"
    np.savez(file, x_train=images, y_train=labels, x_test=images, y_test=labels)
    with pytest.raises(DataError, match=r"\(2, 32, 32\)"):
        load_mnist(file)


def test_a_failed_download_is_an_error_that_says_what_to_do(monkeypatch):
    def fail():
        raise Exception("URL fetch failure")  # what Keras raises

    monkeypatch.setattr("keras.datasets.mnist.load_data", fail)
    with pytest.raises(DataError, match=r"URL fetch failure.*--mnist PATH"):
        load_mnist()


def test_a_pen_digit_has_label_writer_and_strokes_with_y_downwards(write_unipen):
    (digit,) = read_pen_digits(write_unipen(ONE))
    assert (digit.label, digit.writer) == (1, 3)
    np.testing.assert_array_equal(digit.strokes[0], [[10, -30], [10, -20]])


def test_strokes_stay_apart(write_unipen):
    text = ONE + ".PEN_DOWN\n 5 5\n.PEN_UP\n"
    (digit,) = read_pen_digits(write_unipen(text))
    assert [len(stroke) for stroke in digit.strokes] == [2, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no .SEGMENT"),
        (ONE.replace('"1"', '"x"'), "line 1: no digit"),
        (ONE.replace(".COMMENT 1", ".COMMENT 2"), "line 2: expected '.COMMENT 1"),
        (ONE.replace(".COMMENT 1 3 5\n", ""), "line 1: this digit has no writer"),
        (ONE.replace(" 10 20", " 10"), "line 5: expected a point"),
        (ONE.replace(" 10 20", " 10 ä"), r"not UNIPEN text \(byte"),
        (ONE.replace(" 10 20", " 10 nan"), "line 5: expected a point"),
        (ONE.replace(" 10 30\n 10 20\n", ""), "line 4: .PEN_UP ends a stroke without points"),
        (ONE.replace(".PEN_DOWN\n", ""), "line 3: '10 30' outside of a stroke"),
        (ONE.replace(".PEN_UP\n", ""), "line 1: this digit has no"),
        (ONE[: ONE.index(".PEN_DOWN")], "line 1: this digit has no stroke"),
    ],
)
def test_broken_unipen_is_an_error_with_file_and_line(write_unipen, text, message):
    with pytest.raises(DataError, match=f"digits.tra.*{message}"):
        read_pen_digits(write_unipen(text))


def test_a_missing_file_of_pen_digits_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.tra.*No such file"):
        read_pen_digits(tmp_path / "nowhere.tra")


def test_no_hand_is_in_two_parts_of_the_split(write_unipen):
    digits = read_pen_digits(write_unipen(writers=range(1, 31)))
    train, validation, test = ({d.writer for d in part} for part in split_by_writer(digits))
    assert validation == VALIDATION_WRITERS
    assert test == TEST_WRITERS
    assert train == set(range(1, 31)) - validation - test


def test_the_real_pen_digits_are_read_whole(real_data):
    digits = read_pen_digits(real_data / "pendigits-orig.tra")
    assert len(digits) == 7494
    assert {d.writer for d in digits} == set(range(1, 31))

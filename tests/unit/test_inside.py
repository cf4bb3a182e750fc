import numpy as np

from page.inside import AGAINST, FOR, SILENT, _tile, _tint


def test_maps_lie_row_by_row_with_a_line_between_them():
    maps = np.stack([np.full((2, 2), value) for value in (0.5, 0.6, 0.7)], axis=2)
    line = np.float32(0.3)
    expected = [
        [0.5, 0.5, line, 0.6, 0.6, line],
        [0.5, 0.5, line, 0.6, 0.6, line],
        [line] * 6,
        [0.7, 0.7, line, 0.0, 0.0, line],
        [0.7, 0.7, line, 0.0, 0.0, line],
        [line] * 6,
    ]
    np.testing.assert_allclose(_tile(maps), expected, atol=1e-6)


def test_ink_is_tinted_by_what_it_speaks_for_and_the_rest_stays_black():
    image = np.array([[1.0, 1.0, 1.0, 0.0]])
    tinted = _tint(image, np.array([[2.0, -2.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(tinted[0], [FOR, AGAINST, SILENT, [0, 0, 0]])


def test_what_speaks_for_is_lighter_and_what_speaks_against_darker_than_silent_ink():
    ink, speaks = np.ones((1, 3)), np.array([[2.0, 0.0, -2.0]])
    luminance = np.array([0.2126, 0.7152, 0.0722])  # of sRGB's primaries, ITU-R BT.709
    light, silent, dark = _tint(ink, speaks)[0] @ luminance
    assert light > 1.3 * silent > 1.3 * 1.3 * dark

"""Pixel digits traced back into strokes."""

import numpy as np
import pytest

from digit_model.strokes.render import image_of
from digit_model.strokes.tracing import trace_digits, trace_strokes, walk


def pixels(*rows):
    return np.array([[mark == "#" for mark in row] for row in rows])


def ends(line):
    return {tuple(line[0].tolist()), tuple(line[-1].tolist())}


def test_a_line_is_walked_from_end_to_end():
    (line,) = walk(pixels("#...", ".#..", "..##"))
    assert ends(line) == {(0, 0), (3, 2)}
    assert len(line) == 4


def test_a_ring_is_one_line():
    (line,) = walk(pixels(".##.", "#..#", "#..#", ".##."))
    assert len(line) == 8


def test_lines_go_straight_on_where_they_cross():
    lines = walk(pixels(*3 * ["...#..."], "#######", *3 * ["...#..."]))
    across, *down = sorted(lines, key=lambda line: -len(line))
    assert ends(across) in ({(0, 3), (6, 3)}, {(3, 0), (3, 6)})
    assert len(across) == 7
    assert sum(map(len, down)) == 6


def test_two_pieces_are_two_lines():
    assert [len(line) for line in walk(pixels("##..", "....", "..##"))] == [2, 2]


def image_in_bytes(strokes, width):
    return np.round(image_of(strokes, width) * 255).astype(np.uint8)


def test_a_thick_bar_becomes_the_line_in_its_middle():
    image = image_in_bytes([np.array([[0, 0], [0, 1.0]])], 0.2)
    middle = 3 * (image[14] @ np.arange(28) / image[14].sum() + 0.5) - 0.5  # thirds of a pixel
    (stroke,) = trace_strokes(image)
    assert stroke[:, 0] == pytest.approx(np.full(len(stroke), middle), abs=2)


def test_a_frayed_edge_is_not_a_stroke():
    image = image_in_bytes([np.array([[0, 0], [0, 1.0]])], 0.2)
    image[14, np.flatnonzero(image[14]).max() + 1] = 255
    assert len(trace_strokes(image)) == 1


def test_a_traced_ring_drawn_again_is_the_ring():
    angles = np.linspace(0, 2 * np.pi, 40)
    ring = image_in_bytes([np.stack([np.cos(angles), np.sin(angles)], axis=1)], 0.13)
    again = image_of(trace_strokes(ring), 0.13)
    assert np.abs(again - ring / 255).mean() < 0.02


def test_no_ink_has_no_strokes():
    assert trace_strokes(np.zeros((28, 28), np.uint8)) == ()


def test_an_image_without_ink_is_left_out_with_its_label():
    bar = image_in_bytes([np.array([[0, 0], [0, 1.0]])], 0.2)
    traced = trace_digits(np.array([np.zeros_like(bar), bar]), np.array([8, 1], np.uint8))
    assert [label for label, _ in traced] == [1]

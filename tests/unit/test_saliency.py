import numpy as np

from digit_model.inspection.saliency import occlusion

LEFT, RIGHT = np.s_[8:16, 4:8], np.s_[8:16, 20:24]


def image():
    """Return ink on the left and on the right."""
    ink = np.zeros((28, 28), np.float32)
    ink[LEFT] = ink[RIGHT] = 1
    return ink


def predict(images):
    """Stand for a network: the left half's ink is evidence for 3, the right half's for 8."""
    logits = np.zeros((len(images), 10))
    logits[:, 3] = images[:, :, :14].sum(axis=(1, 2)) / 8
    logits[:, 8] = images[:, :, 14:].sum(axis=(1, 2)) / 8
    odds = np.exp(logits)
    return odds / odds.sum(axis=1, keepdims=True)


def test_ink_that_speaks_for_a_digit_counts_and_other_ink_against_it():
    (speaks,) = occlusion(predict, image(), 3)
    assert (speaks[LEFT] > 0).all()
    assert (speaks[RIGHT] < 0).all()


def test_without_ink_nothing_speaks():
    assert not occlusion(predict, image(), 3)[0][image() == 0].any()


def test_against_a_rival_its_own_ink_speaks_against():
    _, speaks = occlusion(predict, image(), 3, [None, 8])
    # Each pixel lies under a window with 16 pixels of ink and one with 8, of 1/8 each.
    np.testing.assert_allclose(speaks[10:14, 4:8], 1.5)
    np.testing.assert_allclose(speaks[10:14, 20:24], -1.5)


def test_a_rival_without_ink_of_its_own_leaves_the_rest_alone():
    assert not occlusion(predict, image(), 3, [5])[0][RIGHT].any()


def test_an_image_without_ink_is_all_silent():
    assert not occlusion(predict, np.zeros((28, 28), np.float32), 3)[0].any()

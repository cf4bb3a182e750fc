"""Handwriting learnt by a network that answers anything the same: a 5, or perhaps a 4."""

from types import SimpleNamespace

import numpy as np
import pytest

from digit_model import Hand, ModelError, Prediction
from digit_model.classifier import Looks, judge
from digit_model.evaluation.handwriting import replay
from digit_model.hand.cache import read_cached
from digit_model.hand.gain import replay_learnt
from digit_model.hand.hand import MOST_CACHED
from digit_model.hand.votes import (
    NOT_A_DIGIT,
    Example,
    persuade,
    to_label,
)
from digit_model.rejection import logit_spread
from digit_model.strokes.people import Stream
from tests.fake_networks import ImageNetwork

ALONE = np.array([0.01] * 4 + [0.3, 0.62] + [0.01] * 4, np.float32)
STRENGTH = 6


class FiveOrFour(ImageNetwork):
    """A classifier whose small space is a drawing's first two pixels, as a direction."""

    def __init__(self, thresholds=0.5):
        self.thresholds = np.full(10, thresholds)
        self.embedding = SimpleNamespace(alike=0.5, strength=STRENGTH)
        self.embedded = 0  # images

    def embed(self, images):
        self.embedded += len(images)
        vectors = np.asarray(images, np.float32)[:, 0, :2]
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.tile(ALONE, (len(images), 1)), vectors

    def predict(self, images):
        return self.embed(images)[0]


def drawing(degrees):
    image = np.zeros((28, 28), np.float32)
    image[0, :2] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return image


def parts(prediction):
    return prediction.digit, prediction.probabilities.tolist(), prediction.by_hand


@pytest.fixture
def classifier():
    return FiveOrFour()


@pytest.fixture
def hand(classifier):
    return Hand(classifier)


def test_a_new_hand_answers_as_the_network(hand, classifier):
    assert parts(hand.classify(drawing(0))) == parts(classifier.classify(drawing(0)))


def test_what_was_learnt_is_read_right_and_says_why(hand):
    assert not hand.classify(drawing(0)).by_hand
    hand.learn(drawing(0), 4)
    prediction = hand.classify(drawing(0))
    assert (prediction.digit, prediction.by_hand) == (4, True)


@pytest.mark.parametrize("label", [*range(10), None])
def test_what_was_learnt_is_its_label_however_sure_the_network_is(hand, label, monkeypatch):
    sure = np.full(10, 1e-30, np.float32)
    sure[5] = 1
    monkeypatch.setattr("tests.unit.test_hand.ALONE", sure)
    hand.learn(drawing(0), label)
    prediction = hand.classify(drawing(0))
    assert (prediction.digit, prediction.by_hand) == (label, label != 5)
    assert prediction.probabilities.sum() == pytest.approx(1)
    assert label is None or prediction.probabilities.argmax() == label


def test_a_drawing_like_it_is_read_right(hand):
    hand.learn(drawing(0), 4)
    assert hand.classify(drawing(30)).digit == 4


def test_a_drawing_unlike_it_is_read_as_before(hand):
    hand.learn(drawing(0), 4)
    np.testing.assert_array_equal(hand.classify(drawing(60.1)).probabilities, ALONE)


@pytest.mark.parametrize(("cosine", "vote"), [(1, 1), (0.75, 0.5), (0.55, 0.1)])
def test_a_logit_rises_as_far_as_a_drawing_is_alike(hand, cosine, vote):
    hand.learn(drawing(0), 4)
    odds = ALONE / ALONE[5]
    odds[4] *= np.exp(STRENGTH * vote)
    found = hand.classify(drawing(np.degrees(np.arccos(cosine)))).probabilities
    np.testing.assert_allclose(found, odds / odds.sum(), rtol=1e-4)


def test_an_answer_that_only_becomes_more_confident_is_the_networks(hand):
    hand.learn(drawing(0), 5)
    prediction = hand.classify(drawing(0))
    assert (prediction.digit, prediction.by_hand) == (5, False)
    assert prediction.confidence > ALONE.max()


def test_probabilities_stay_probabilities(hand):
    hand.learn(drawing(0), 4)
    hand.learn(drawing(20), None)
    found = [hand.classify(drawing(degrees)).probabilities for degrees in range(0, 90, 10)]
    assert {each.dtype for each in found} == {np.dtype(np.float32)}
    np.testing.assert_allclose(np.sum(found, axis=1), 1, atol=1e-6)


def test_what_is_forgotten_is_read_as_before(hand, classifier):
    hand.learn(drawing(0), 4)
    hand.forget(drawing(0))
    assert parts(hand.classify(drawing(0))) == parts(classifier.classify(drawing(0)))
    assert len(hand) == 0


def test_a_drawing_is_forgotten_by_the_bytes_that_were_saved_of_it(hand):
    image = drawing(33)
    hand.learn(image, 4)
    hand.forget(np.round(image * 255).astype(np.uint8) / 255)
    assert len(hand) == 0


def test_what_was_never_learnt_can_be_forgotten(hand):
    hand.learn(drawing(0), 4)
    hand.forget(drawing(90))
    assert len(hand) == 1


def test_a_drawing_learnt_again_has_its_new_label_alone(hand):
    hand.learn(drawing(0), 4)
    hand.learn(drawing(0), 7)
    assert (hand.classify(drawing(0)).digit, len(hand)) == (7, 1)


def test_not_a_digit_is_learnt(classifier):
    classifier.thresholds = np.full(10, 0.9 * logit_spread(ALONE))
    hand = Hand(classifier)
    hand.learn(drawing(0), None)
    prediction = hand.classify(drawing(20))
    assert (prediction.digit, prediction.by_hand) == (None, True)


def test_a_digit_that_the_network_rejects_is_learnt(classifier):
    classifier.thresholds = np.full(10, 1.1 * logit_spread(ALONE))
    hand = Hand(classifier)
    assert hand.classify(drawing(0)).digit is None
    hand.learn(drawing(0), 4)
    assert hand.classify(drawing(10)).digit == 4


def test_handwriting_whose_digits_are_rejected_gets_lower_thresholds(classifier):
    classifier.thresholds = np.full(10, 1.1 * logit_spread(ALONE))
    hand = Hand(classifier)
    hand.learn(drawing(0), 4)
    prediction = hand.classify(drawing(80))
    assert (prediction.digit, prediction.by_hand) == (5, True)
    np.testing.assert_array_equal(prediction.probabilities, ALONE)


def test_what_the_network_alone_reads_comes_with_the_answer(hand):
    hand.learn(drawing(0), 4)
    alone = hand.classify(drawing(0)).alone
    assert (alone.digit, alone.by_hand) == (5, False)
    np.testing.assert_array_equal(alone.probabilities, ALONE)


def test_a_replay_reads_each_drawing_with_what_was_learnt_before_it(hand):
    hand.learn_all([drawing(0), drawing(10), drawing(90)], [4, 4, 5])
    replayed = replay_learnt(hand)
    assert replayed.before.tolist() == [True, True, False]
    assert replayed.after.tolist() == [True, False, False]


def test_a_replay_of_what_was_learnt_is_one_that_confirms_everything():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = persuade(rng.dirichlet(np.full(10, 0.3), 200), np.zeros((200, 11)), 0)
    classifier = FiveOrFour(thresholds=3.0)
    labels = rng.integers(NOT_A_DIGIT + 1, size=200)
    reads = [to_label(judge(each, classifier.thresholds).digit) for each in shares]
    hand = Hand(classifier)
    thresholds = [classifier.thresholds] * 200
    hand.memory.learn(dict(enumerate(map(Example, vectors, labels, reads, shares, thresholds))))
    stream = Stream(labels, shares, vectors)
    expected = replay(stream, classifier.embedding, classifier.thresholds, confirm=True)
    found = replay_learnt(hand)
    assert 0 < expected.after.sum() < expected.before.sum()
    for name in ("before", "after", "corrections"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_allclose(found.probabilities, expected.probabilities, rtol=1e-4)


SURE_FOUR = np.array([0.003] * 4 + [0.973] + [0.003] * 5, np.float32)


class SureAtFirst(FiveOrFour):
    """The same, but certain of a four in what lies below 30 degrees."""

    def embed(self, images):
        shares, vectors = super().embed(images)
        shares[vectors[:, 1] < 0.5] = SURE_FOUR
        return shares, vectors


@pytest.fixture
def adapting():
    return Hand(SureAtFirst())


def test_a_confident_reading_of_a_finished_drawing_helps_with_the_next_like_it(adapting):
    adapting.classify(drawing(29))
    prediction = adapting.classify(drawing(31))
    assert (prediction.digit, prediction.by_hand) == (4, True)


def test_what_the_network_rejects_is_no_digit_by_confident_readings_alone():
    """After 0 to 9 were drawn and cleared, "3,1" was 301, and more than 99 % sure."""
    adapting = Hand(SureAtFirst(thresholds=1.6))
    adapting.classify(drawing(29))
    prediction = adapting.classify(drawing(31))
    assert parts(prediction) == parts(judge(ALONE, adapting.classifier.thresholds))
    adapting.learn(drawing(30), 4)
    assert adapting.classify(drawing(31)).digit == 4


def test_confident_readings_choose_a_digit_and_make_none_more_certain(adapting):
    """Beside digits that had become more certain, a doubtful part of a number was one."""
    adapting.classify(drawing(29))
    spread = logit_spread(adapting.classify(drawing(31)).probabilities)
    assert spread == pytest.approx(logit_spread(ALONE), rel=1e-4)


def test_nothing_is_learnt_from_what_is_uncertain_or_may_be_unfinished(adapting):
    adapting.classify(drawing(40))
    adapting.classify_all([drawing(29)])
    assert not adapting.memory.confident
    assert adapting.classify(drawing(31)).digit == 5


def test_a_confident_reading_does_not_vote_for_itself(adapting):
    answers = [adapting.classify(drawing(29)) for _ in range(2)]
    np.testing.assert_array_equal(*(answer.probabilities for answer in answers))


def test_what_is_read_otherwise_by_what_was_learnt_is_no_confident_reading(adapting):
    adapting.learn(drawing(28), 9)
    assert adapting.classify(drawing(29)).digit == 9
    adapting.forget(drawing(28))
    assert adapting.classify(drawing(31)).digit == 5


def test_a_correction_outweighs_all_confident_readings_like_it(adapting):
    adapting.adapt([drawing(degrees) for degrees in (5, 10, 15, 25)])
    adapting.learn(drawing(20), 9)
    assert adapting.classify(drawing(18)).digit == 9


def test_confirming_a_drawing_drops_no_confident_reading(adapting):
    adapting.classify(drawing(29))
    adapting.learn(drawing(0), 4)
    assert adapting.classify(drawing(31)).digit == 4


def test_confident_readings_are_forgotten_with_the_rest(adapting):
    adapting.classify(drawing(29))
    adapting.forget_all()
    assert adapting.classify(drawing(31)).digit == 5


def test_contradictory_examples_just_as_near_leave_it_to_the_network(hand):
    hand.learn(drawing(-10), 4)
    hand.learn(drawing(10), 5)
    assert hand.classify(drawing(0)).digit == 5


def test_not_a_digit_and_a_digit_just_as_near_leave_it_to_the_network(hand):
    hand.learn(drawing(-10), 4)
    hand.learn(drawing(10), None)
    np.testing.assert_allclose(hand.classify(drawing(0)).probabilities, ALONE, rtol=1e-4)


def test_a_thousand_of_the_same_weigh_as_one(hand, classifier):
    hand.learn_all([drawing(60 - i / 25) for i in range(1_001)], [4] * 1_001)
    one = Hand(classifier)
    one.learn(drawing(20), 4)
    many, single = hand.classify(drawing(0)), one.classify(drawing(0))
    np.testing.assert_allclose(many.probabilities, single.probabilities, rtol=1e-4)


def test_learning_at_once_is_learning_one_by_one(hand, classifier):
    images, labels = [drawing(0), drawing(50)], [4, None]
    hand.learn_all(images, labels)
    other = Hand(classifier)
    for image, label in zip(images, labels, strict=True):
        other.learn(image, label)
    for degrees in (0, 20, 40):
        found, expected = hand.classify(drawing(degrees)), other.classify(drawing(degrees))
        np.testing.assert_array_equal(found.probabilities, expected.probabilities)


def test_the_last_drawings_are_not_read_again(hand, classifier):
    for degrees in [*range(MOST_CACHED), 0, MOST_CACHED - 1]:
        hand.classify(drawing(degrees))
    assert classifier.embedded == MOST_CACHED


def test_only_the_last_drawings_are_remembered(hand, classifier):
    for degrees in [*range(MOST_CACHED + 1), 0]:
        hand.classify(drawing(degrees))
    assert classifier.embedded == MOST_CACHED + 2


def test_what_is_cached_is_learnt_without_the_network_and_to_the_bit(hand, classifier):
    images = np.array([drawing(0), drawing(40), drawing(80)])
    hand.learn_all(images, [4, None, 6])
    cached, again = hand.cached(images), Hand(classifier)
    classifier.embedded = 0
    again.learn_all(images, [4, None, 6], cached)
    assert classifier.embedded == 0
    rows = zip(again.memory.labelled.rows, hand.memory.labelled.rows, strict=True)
    assert all(a.tobytes() == b.tobytes() for a, b in rows)


def test_what_is_not_cached_or_by_another_network_is_read(hand, classifier):
    images = np.array([drawing(0), drawing(40)])
    (cached, _), classifier.fingerprint = hand.cached(images), "e" * 64
    classifier.embedded = 0
    Hand(classifier).learn_all(images, [4, 4], [cached, None])
    assert classifier.embedded == 2


def test_one_hand_never_changes_another_or_the_network(hand, classifier):
    other = Hand(classifier)
    hand.learn(drawing(0), 4)
    other.learn(drawing(0), 7)
    assert hand.classify(drawing(0)).digit == 4
    assert other.classify(drawing(0)).digit == 7
    assert classifier.classify(drawing(0)).digit == 5


@pytest.mark.parametrize("label", [-1, 10, 4.5, "4"])
def test_another_label_is_an_error_that_names_it(hand, label):
    with pytest.raises(ValueError, match=rf"0 to 9, or None, got {label!r}"):
        hand.learn(drawing(0), label)


def test_labels_for_other_images_are_an_error(hand):
    with pytest.raises(ValueError, match="a label for each image, got 2, 1"):
        hand.learn_all([drawing(0)], [1, 2])


def test_a_network_without_an_embedding_is_an_error_that_says_what_to_do(classifier):
    classifier.embedding = None
    with pytest.raises(ModelError, match=r"no embedding.*train_model\.py --keep-network"):
        Hand(classifier)


def test_a_prediction_is_the_networks_by_default():
    assert not Prediction(3, 1.0, ALONE).by_hand


class DrawnLikeSix(FiveOrFour):
    """The same; what is drawn in one stroke is a six by its strokes, and by both looks."""

    def join_strokes(self, by_image, strokes):
        six = np.roll(ALONE, 1)
        looks = [
            Looks(image, six) if len(own) == 1 else None
            for image, own in zip(by_image, strokes, strict=True)
        ]
        return np.array(
            [six if look else image for image, look in zip(by_image, looks, strict=True)]
        ), looks


LINE = [np.array([[0.0, 0.0], [0.0, 9.0]])]


def test_a_drawing_is_read_by_both_looks_and_one_without_strokes_by_the_image():
    hand = Hand(DrawnLikeSix())
    assert hand.classify(drawing(0), LINE).digit == 6
    assert hand.classify(drawing(0)).digit == 5
    assert [each.digit for each in hand.classify_all([drawing(0)] * 2, [LINE, ()])] == [6, 5]


def test_what_is_learnt_of_a_drawing_by_both_looks_counts_for_it_without_strokes():
    hand = Hand(DrawnLikeSix())
    hand.learn(drawing(0), 4, LINE)
    assert hand.classify(drawing(0)).digit == 4
    hand.forget(drawing(0))
    assert hand.classify(drawing(0), LINE).digit == 6


def test_the_looks_stay_with_an_answer_that_learning_changed():
    hand = Hand(DrawnLikeSix())
    hand.learn(drawing(0), 4, LINE)
    prediction = hand.classify(drawing(1), LINE)
    assert (prediction.digit, prediction.alone.digit, prediction.disagreement) == (4, 6, (5, 6))
    assert prediction.alone.looks is prediction.looks


def test_what_is_cached_of_both_looks_comes_back_to_the_bit():
    hand = Hand(DrawnLikeSix())
    images, strokes = [drawing(0), drawing(40)], [LINE, ()]
    with_strokes, without = (read_cached(each) for each in hand.cached(images, strokes))
    looks = hand.classify_all(images, strokes)[0].looks
    assert [each.tobytes() for each in with_strokes.looks] == [each.tobytes() for each in looks]
    assert without.looks is None

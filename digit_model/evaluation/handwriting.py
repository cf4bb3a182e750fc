"""What learning their handwriting is worth to people who chose nothing."""

from dataclasses import asdict
from typing import Any

import numpy as np

from digit_model.classifier import Classifier, judge
from digit_model.data.samples import PenSample
from digit_model.evaluation.metrics import expected_calibration_error
from digit_model.evaluation.report import HandwritingRow
from digit_model.hand.embedding import Embedding
from digit_model.hand.gain import Replay
from digit_model.hand.memory import Memory
from digit_model.hand.votes import NOT_A_DIGIT, Example, to_label
from digit_model.strokes.people import Stream, draw_people

FEWEST = 20  # digits of a person who is measured
DIFFICULT = 4  # errors of the network alone, from which a handwriting is difficult
CORRECTIONS = (0, 1, 3, 10, 30)
HOSTILE = 1_000  # contradictory examples
NEVER = 2  # confidence that no drawing reaches


def measure_handwriting(classifier: Classifier, digits: list[PenSample]) -> dict[str, Any] | None:
    """Measure errors before and after learning, by what people teach and how often they correct.

    Args:
        classifier: reads and learns them.
        digits: people's, in the order written; who has less than FEWEST is left out.

    Returns:
        None without an embedding, or if nobody has enough digits; else {"alike", "strength",
        "teaching": HandwritingRows as dicts, "corrections": [{"from", "people", "digits",
        "before", "after"}], "people": [{"writer", "digits", "before", "after", "broken"}]}; all
        but the constants are counts.
    """
    embedding, thresholds = classifier.embedding, classifier.thresholds_of_both
    if embedding is None:
        return None
    people = draw_people(digits, FEWEST)
    streams = [person.seen_by(classifier, embedding) for person in people]
    if not streams:
        return None

    def read(**options: Any) -> list[Replay]:
        return [replay(stream, embedding, thresholds, **options) for stream in streams]

    corrected = read()
    teaching = {
        "errors corrected": corrected,
        "errors corrected, nothing from confident readings": [
            replay(stream, embedding, thresholds, memory=Memory(confidence=NEVER))
            for stream in streams
        ],
        "every other error corrected": read(corrected=0.5),
        "nothing corrected": read(corrected=0.0),
        "errors corrected, one in ten wrongly": read(wrong_share=0.1),
        "everything confirmed or corrected": read(confirm=True),
        "everything, one in ten wrongly": read(confirm=True, wrong_share=0.1),
        f"errors corrected, after {HOSTILE:,} contradictory examples": [
            replay(stream, embedding, thresholds, memory=contradict(streams, stream))
            for stream in streams
        ],
    }
    return {
        "alike": embedding.alike,
        "strength": embedding.strength,
        "teaching": [asdict(sum_up(name, streams, replays)) for name, replays in teaching.items()],
        "corrections": _by_corrections(corrected),
        "people": [
            {"writer": person.writer, "digits": len(one.after)} | _count(one)
            for person, one in zip(people, corrected, strict=True)
        ],
    }


def replay(
    stream: Stream,
    embedding: Embedding,
    thresholds: np.ndarray,
    corrected: float = 1.0,
    confirm: bool = False,
    wrong_share: float = 0.0,
    memory: Memory | None = None,
    seed: int = 0,
) -> Replay:
    """Read a Stream, learning each error once it is read, and adapting to the rest.

    Args:
        embedding: Embedding, for its constants.
        thresholds: as for `is_digit`.
        corrected: share of the errors that are learnt.
        confirm: learn what was read right, too.
        wrong_share: of what is learnt, how much gets another label than its own.
        memory: Memory that is there before; an empty one by default.
        seed: of which errors are learnt, and which labels are wrong.
    """
    rng = np.random.default_rng(seed)
    memory = Memory() if memory is None else memory
    before, after, corrections, answers = [], [], [], []
    learnt = 0
    drawings = zip(stream.labels, stream.probabilities, stream.vectors, strict=True)
    for place, (label, alone, vector) in enumerate(drawings):
        read = to_label(judge(alone, thresholds).digit)
        answer = memory.judge(place, alone, vector, embedding, thresholds)
        before.append(read != label)
        after.append(to_label(answer.digit) != label)
        answers.append(answer.probabilities)
        corrections.append(learnt)
        if confirm or (after[-1] and (corrected == 1 or rng.random() < corrected)):
            given = (label + rng.integers(1, 10)) % 10 if rng.random() < wrong_share else label
            memory.learn({place: Example(vector, given, read, alone, thresholds)})
            learnt += 1
        else:
            memory.adapt(place, alone, vector, answer)
    return Replay(*map(np.array, (before, after, corrections, answers)))


def contradict(streams: list[Stream], own: Stream, seed: int = 0) -> Memory:
    """Return a Memory of other people's digits with random labels, "not a digit" among them."""
    rng = np.random.default_rng(seed)
    others = [stream.vectors if stream is not own else stream.vectors[:0] for stream in streams]
    vectors = np.concatenate(others)
    chosen = rng.permutation(len(vectors))[:HOSTILE]
    labels = rng.integers(NOT_A_DIGIT + 1, size=len(chosen))
    memory = Memory()
    examples = zip(chosen, labels, strict=True)
    nothing = np.zeros(10, np.float32)
    memory.learn(
        {("hostile", i): Example(vectors[i], label, label, nothing) for i, label in examples}
    )
    return memory


def _count(one: Replay) -> dict[str, int]:
    return {
        "before": int(one.before.sum()),
        "after": int(one.after.sum()),
        "broken": int(one.broken.sum()),
    }


def sum_up(name: str, streams: list[Stream], replays: list[Replay]) -> HandwritingRow:
    """Count the errors of all people, and in the second halves of difficult people's digits."""
    counts = [_count(one) for one in replays]
    halves = [(o, len(o.before) // 2) for o in replays if o.before.sum() >= DIFFICULT]
    labels = np.concatenate([stream.labels for stream in streams])
    alone = np.concatenate([stream.probabilities for stream in streams])
    answers = np.concatenate([one.probabilities for one in replays])
    return HandwritingRow(
        data=name,
        people=len(streams),
        digits=len(labels),
        **{kind: sum(count[kind] for count in counts) for kind in ("before", "after", "broken")},
        later_before=int(sum(one.before[half:].sum() for one, half in halves)),
        later_after=int(sum(one.after[half:].sum() for one, half in halves)),
        calibration_error_before=expected_calibration_error(alone, labels),
        calibration_error=expected_calibration_error(answers, labels),
    )


def _by_corrections(replays: list[Replay]) -> list[dict[str, int]]:
    """Count errors by how many corrections there had been."""
    rows = []
    for first, end in zip(CORRECTIONS, [*CORRECTIONS[1:], np.inf], strict=True):
        chosen = [(one, (one.corrections >= first) & (one.corrections < end)) for one in replays]
        rows.append(
            {
                "from": first,
                "people": sum(bool(these.any()) for _, these in chosen),
                "digits": sum(int(these.sum()) for _, these in chosen),
                "before": sum(int(one.before[these].sum()) for one, these in chosen),
                "after": sum(int(one.after[these].sum()) for one, these in chosen),
            }
        )
    return rows

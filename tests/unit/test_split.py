import pytest

from digit_model.data.samples import PenSample, person_key
from digit_model.data.split import TEST_SOURCES, part_of, split

STROKES = ()


def people(source, count=1000):
    return [PenSample(1, person_key(source, str(number)), STROKES) for number in range(count)]


def test_no_person_is_in_two_parts():
    samples = people("unipen-ibm", 100) + people("shapes", 100)
    letters = [PenSample("A", sample.writer, STROKES) for sample in samples]
    parts = split(samples + letters)
    seen = [{s.writer for s in part} for part in (parts.train, parts.validation, parts.test)]
    assert sum(map(len, seen)) == len(set.union(*seen)) == 200


def test_most_people_train_and_some_validate_and_test():
    parts = split(people("unipen-ibm"))
    assert 0.68 < len(parts.train) / 1000 < 0.76
    assert 0.1 < len(parts.validation) / 1000 < 0.16
    assert 0.12 < len(parts.test) / 1000 < 0.18


@pytest.mark.parametrize("source", sorted(TEST_SOURCES))
def test_whole_laboratories_and_alphabets_test(source):
    assert {part_of(sample) for sample in people(source, 50)} == {"test"}


@pytest.mark.parametrize(
    ("source", "last", "validation", "test"),
    [("pendigits", 30, {7, 14, 21}, {4, 12, 20, 28}), ("uji", 11, set(), set(range(1, 12)))],
)
def test_the_writers_of_uci_stay_in_the_parts_they_always_had(source, last, validation, test):
    parts = {n: part_of(PenSample(1, f"{source}-{n}", STROKES)) for n in range(1, last + 1)}
    assert {n for n, part in parts.items() if part == "validation"} == validation
    assert {n for n, part in parts.items() if part == "test"} == test


def test_a_person_stays_in_a_part_from_one_version_to_the_next():
    """The committed network was trained by these: another split would test on its training."""
    parts = [part_of(sample) for sample in people("unipen-ibm", 20)]
    assert [n for n, part in enumerate(parts) if part == "validation"] == [0, 9, 12]
    assert [n for n, part in enumerate(parts) if part == "test"] == [8, 11, 17, 19]

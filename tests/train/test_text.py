from counterfoil.train.text import GNM_CLEANING, Cleaning, content, words_of


def test_gnm_cleans_a_text_by_case_marks_and_length() -> None:
    assert GNM_CLEANING('A "Red" car (new)!  On a road.') == "a red car new on a road"
    assert GNM_CLEANING("dog. " * 60) == " ".join(["dog"] * 50)


def test_nothing_is_cleaned_by_default() -> None:
    assert Cleaning()(" A  Red car.\n") == " A  Red car.\n"


def test_equal_words_have_equal_content_whatever_case_and_marks() -> None:
    assert words_of("A T-shirt, red.") == "a t shirt red"
    assert content("A Red car.") == content("a red  car") != content("a car red")
    assert 0 <= content("A red car.") < 2**63


def test_texts_without_words_are_not_all_the_same() -> None:
    assert content("\N{DOG FACE}") != content("\N{CAT FACE}")

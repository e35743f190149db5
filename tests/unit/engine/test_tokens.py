import base64
from random import Random

import pytest

from sfn_notebook.engine import tokens
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.tokens import Callback, Tokens
from sfn_notebook.errors import InvalidToken, TaskDoesNotExist, TaskTimedOut


def waiting() -> Callback:
    return Callback(Signal(), lambda: None)


def test_a_token_is_opaque_looks_like_one_of_aws_and_comes_from_the_seed() -> None:
    one, other = Random(1), Random(1)
    made = [Tokens().issue(waiting(), one) for _ in range(3)]
    assert made == [Tokens().issue(waiting(), other) for _ in range(3)]
    assert len(set(made)) == 3
    assert all(token.startswith("AAAAKgAAAAI") and base64.b64decode(token) for token in made)


def test_a_token_is_good_for_one_answer() -> None:
    book, callback = Tokens(), waiting()
    token = book.issue(callback, Random(1))
    assert book.find(token) is callback
    assert book.take(token) is callback
    with pytest.raises(TaskTimedOut, match="answered before"):
        book.take(token)


def test_a_closed_token_is_remembered() -> None:
    book = Tokens()
    token = book.issue(waiting(), Random(1))
    book.close(token)
    book.close(token)
    assert len(book) == 0
    with pytest.raises(TaskTimedOut):
        book.find(token)


def test_a_token_of_another_engine_does_not_exist_here() -> None:
    foreign = Tokens().issue(waiting(), Random(2))
    with pytest.raises(TaskDoesNotExist):
        Tokens().find(foreign)


@pytest.mark.parametrize("text", ["", "x", "not a token", "QUJD", "é" * 20])
def test_what_is_no_token_is_invalid(text: str) -> None:
    with pytest.raises(InvalidToken, match="not a task token"):
        Tokens().find(text)


def test_an_error_never_shows_the_token() -> None:
    book = Tokens()
    token = book.issue(waiting(), Random(1))
    book.close(token)
    with pytest.raises(TaskTimedOut) as caught:
        book.take(token)
    assert token not in str(caught.value)


def test_the_memory_of_closed_tokens_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 2)
    book = Tokens()
    made = [book.issue(waiting(), Random(n)) for n in range(3)]
    for token in made:
        book.close(token)
    with pytest.raises(TaskDoesNotExist):
        book.find(made[0])
    with pytest.raises(TaskTimedOut):
        book.find(made[2])

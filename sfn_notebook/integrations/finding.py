"""Finding an action by what it does: `search("start glue job")`."""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, overload

from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations.index import action_index
from sfn_notebook.integrations.resource import Pattern
from sfn_notebook.integrations.rows import optimized_rows
from sfn_notebook.integrations.sdk import listed, sdk_names
from sfn_notebook.integrations.sdk_names import uncapitalize
from sfn_notebook.integrations.tables import table

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NUMBERED: Final = re.compile(r"[A-Z]+\d+|[A-Z]?[a-z]+\d+")
_ENDINGS: Final = ("ies", "ing", "es", "ed", "s")
_NO_MEANING: Final = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with", "aws", "amazon")
)
# where a word stands -> what it counts
_IN_ACTION: Final = 4.0
_IN_SERVICE: Final = 3.0
_IN_SENTENCE: Final = 1.0
# what counts for more, when it is as near
_OPTIMIZED: Final = 1.5
_JOB: Final = 1.3
_WAITS: Final[Mapping[Pattern, str]] = MappingProxyType({"response": "", "job": "job", "callback": "token"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An action that was found.

    Attributes:
        label: As a Resource names it; the optimized integration where there is one.
        also: Its SDK integration's label, when it has an optimized one; else "".
        patterns: How it can wait.
        about: What it does, one sentence.
        title: The service's name for people.
        listed: Whether AWS lists its service.
    """

    label: str
    also: str
    patterns: tuple[Pattern, ...]
    about: str
    title: str
    listed: bool = True

    @property
    def waits(self) -> str:
        """What it can wait for, in words: "job", "token", "job, token" or ""."""
        return ", ".join(_WAITS[one] for one in self.patterns if _WAITS[one])

    def __str__(self) -> str:
        # every SDK integration can wait for a token
        notes = [f"waits for {self.waits}"] if self.waits and not self.label.startswith("aws-sdk:") else []
        notes += [f"also {self.also}"] if self.also else []
        notes += [] if self.listed else ["not listed by AWS"]
        return f"{self.label}  {self.about}" + (f" ({'; '.join(notes)})" if notes else "")


class Found(Sequence[Hit], Shown):
    """What a search found, the best first."""

    def __init__(self, query: str, hits: Iterable[Hit], *, total: int, hint: str = "") -> None:
        self.query = query
        self.total = total
        self.hint = hint
        self._hits = tuple(hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self._hits[index]

    def __len__(self) -> int:
        return len(self._hits)

    @property
    def summary(self) -> str:
        """How many there are, in words."""
        if not self:
            return f"nothing for {self.query!r}. {self.hint}".rstrip()
        count = f"the best {len(self)}" if self.total > len(self) else str(self.total)
        return f"{count} for {self.query!r}"

    def __repr__(self) -> str:
        return "\n".join([self.summary, *(f"  {one}" for one in self)])


def search(query: str, *, limit: int = 12) -> Found:
    """Find the actions a Task can call by what they do.

    Args:
        query: Words of the service, of the action, or of what it does, in any order.
        limit: How many are given.

    Returns:
        The actions, the best first; optimized integrations before equally good others.

    Raises:
        InvalidArgument: the query has no words.

    >>> search("start glue job")[0].label
    'glue:startJobRun'
    """
    words = list(dict.fromkeys(_words(query))) if isinstance(query, str) else []
    if not words:
        raise InvalidArgument(f"search() takes words such as 'start glue job'; given was {query!r}.")
    scores = _scores(words)
    best = sorted(scores, key=lambda hit: (-scores[hit], len(hit.label), hit.label))
    return Found(query, best[: max(limit, 0)], total=len(best), hint=_near(words))


def _scores(words: Sequence[str]) -> dict[Hit, float]:
    """Hit -> score, of the hits in which most of the words occur."""
    hits, places = _postings()
    total: dict[int, float] = defaultdict(float)
    met: dict[int, int] = defaultdict(int)
    for word in words:
        found = places.get(word, {})
        rare = math.log(1 + len(hits) / (1 + len(found)))
        for at, weight in found.items():
            total[at] += weight * rare
            met[at] += 1
    most = max(met.values(), default=0)
    made = {}
    for at, count in met.items():
        if count == most:
            hit = hits[at]
            bonus = (1.0 if hit.label.startswith("aws-sdk:") else _OPTIMIZED) * (_JOB if "job" in hit.patterns else 1.0)
            # of two names that both say it, the shorter one says less else
            made[hit] = total[at] * bonus / (1 + 0.08 * len(_split(hit.label)))
    return made


def _near(words: Sequence[str]) -> str:
    _, places = _postings()
    unknown = [word for word in words if word not in places]
    near = [found for word in unknown for found in difflib.get_close_matches(word, places, n=1, cutoff=0.75)]
    return f"Did you mean {' '.join(map(repr, near))}?" if near else ""


@cache
def _postings() -> tuple[tuple[Hit, ...], Mapping[str, Mapping[int, float]]]:
    """All actions, and for each word where it stands and what it counts there."""
    hits = tuple(_hits())
    places: dict[str, dict[int, float]] = defaultdict(dict)
    for at, hit in enumerate(hits):
        service, _, action = hit.label.removeprefix("aws-sdk:").partition(":")
        weighed = (
            (_IN_SENTENCE, hit.about),
            (_IN_SERVICE, f"{service} {hit.title} {sdk_names().get(service, '')} {hit.also.rpartition(':')[0]}"),
            (_IN_ACTION, action),
        )
        for weight, text in weighed:
            for word in _words(text):
                places[word][at] = max(weight, places[word].get(at, 0))
    return hits, MappingProxyType(places)


def _hits() -> Iterator[Hit]:
    own, twins = table("own")["actions"], _twins()
    for row in optimized_rows().values():
        also = next((label for label, optimized in twins.items() if optimized == row.label), "")
        about = own[row.label]["about"] if row.own_parameters else _about(row.client, row.operation)
        yield Hit(row.label, also, row.patterns, about, row.title)
    for service, entry in action_index().items():
        for action, about in entry.actions.items():
            label = f"aws-sdk:{service}:{action}"
            if label not in twins:
                yield Hit(label, "", ("response", "callback"), about, entry.title, service in listed())


def _twins() -> dict[str, str]:
    """Label of an SDK integration -> label of the optimized one of the same operation."""
    names = {client: name for name, client in sdk_names().items()}
    made = {}
    for row in optimized_rows().values():
        if row.client in names and row.operation and not row.own_parameters:
            action = uncapitalize(row.operation)
            if action in action_index()[names[row.client]].actions:
                made[f"aws-sdk:{names[row.client]}:{action}"] = row.label
    return made


def _about(client: str | None, operation: str | None) -> str:
    entry = next((action_index()[name] for name, one in sdk_names().items() if one == client), None)
    return entry.actions.get(uncapitalize(operation), "") if entry and operation else ""


def _split(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=1024)  # a service's own words come with each of its actions
def _words(text: str) -> tuple[str, ...]:
    """The words of a text that say something, without their endings.

    >>> _words("Starts the listObjectsV2 jobs, by S3")
    ('start', 'list', 'object', 'job', 'v2', 's3')
    """
    numbered = [word.lower() for word in _NUMBERED.findall(text)]  # S3, EC2, V2
    stems = (_stem(word) for word in _split(text) if len(word) > 1 and word not in _NO_MEANING)
    return (*stems, *numbered)


@cache
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending) + ("y" if ending == "ies" else "")
    return word

"""What people said of foils: a file in the dataset that only grows, and what follows from it.

DATASET/verdicts.jsonl has one line for each verdict, in the order in which they were given. One that is taken
back stays, and a later line says so. A line is on the disk before anybody is told that it counts; one that
was cut off, because the machine stopped, is passed over. A verdict's id makes a repeated request harmless.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal, get_args

from counterfoil.errors import DataError, RecipeError, unknown

FILE = "verdicts.jsonl"

Verdict = Literal["accepted", "rejected", "undone"]
Agreed = Literal["accepted", "rejected", "disputed"]

REASONS = {
    "not_false_of_original": "Not false of the original",
    "not_true_of_negative": "Not true of the negative",
    "more_than_one_change": "More than one change",
    "bad_picture": "Bad picture",
    "bad_english": "Bad English",
}
"""Why a foil is rejected, and how that reads."""

REVIEWED = ("accepted", "not-rejected")
"""Which foils one may want: those accepted by more reviewers than rejected them, or all but the reverse."""

_LONGEST = {"id": 64, "reviewer": 60, "note": 2000}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """One reviewer's verdict about one foil.

    Args:
        id: of this verdict; the same again is the same verdict.
        foil: key.
        reviewer: name.
        verdict: "undone" takes another one back, and leaves what was said before that.
        reason: why it was rejected, a key of `REASONS`.
        note: whatever else there is to say.
        undoes: id of the verdict that is taken back.
        at: when, UTC.

    Raises:
        DataError: an unknown verdict or reason, a name or a note that is empty or too long.
    """

    id: str
    foil: str
    reviewer: str
    verdict: Verdict
    reason: str = ""
    note: str = ""
    undoes: str = ""
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def __post_init__(self) -> None:
        """Refuse what nobody could read later."""
        for told in fields(self):
            if not isinstance(value := getattr(self, told.name), str):
                raise DataError(f"{told.name} of a verdict is {value!r}, which is no text")
        for name, most in _LONGEST.items():
            if len(getattr(self, name)) > most:
                raise DataError(f"{name} of a verdict has more than {most} characters: say it in fewer")
        if not (self.id and self.foil and self.reviewer.strip()):
            raise DataError("a verdict needs an id, a foil and the name of a reviewer")
        if self.verdict not in get_args(Verdict):
            raise DataError(unknown("verdict", self.verdict, get_args(Verdict)))
        if self.verdict == "rejected" and self.reason not in REASONS:
            raise DataError(unknown("reason to reject", self.reason, REASONS))

    def says(self) -> tuple[str, ...]:
        """All but when: what the same request says when it is repeated."""
        return self.foil, self.reviewer, self.verdict, self.reason, self.note, self.undoes


class Ledger:
    """The file of verdicts: read on from where one was, and appended to; several processes may."""

    def __init__(self, dataset: Path) -> None:
        self.path = dataset / FILE
        self._read_to = 0
        self._lines = 0
        self._known: dict[str, Judgement] = {}

    def news(self) -> list[Judgement]:
        """What anybody has appended since this was last asked.

        Raises:
            DataError: a line that is no verdict, or a file that shrank.
        """
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            return self._read(file)

    def append(self, judgement: Judgement) -> list[Judgement]:
        """Write a verdict, and return once it lies on the disk.

        Returns:
            The news with it; without it where it was known already.

        Raises:
            DataError: another verdict has this id, or the file cannot be written.
        """
        try:
            with self._locked() as file:
                news = self._read(file)
                known = self._known.get(judgement.id)
                if known and known.says() != judgement.says():
                    raise DataError(f"verdict {judgement.id} was given already, and it was another one")
                if known is None:
                    file.write(json.dumps(asdict(judgement), ensure_ascii=False).encode() + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                return news + self._read(file)
        except OSError as error:
            raise DataError(f"cannot write {self.path}: {error.strerror or error}") from error

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        """The file for one process at a time, at the end of a whole line; who dies gives it back."""
        is_new = not self.path.exists()
        with self.path.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                _sync_folder(self.path.parent)
            if _is_cut_off(file):
                file.write(b"\n")
                file.flush()
            yield file

    def _read(self, file: IO[bytes]) -> list[Judgement]:
        if file.seek(0, os.SEEK_END) < self._read_to:
            raise DataError(f"{self.path} has become shorter: start again to read it anew")
        file.seek(self._read_to)
        data = file.read()
        *lines, cut_off = data.split(b"\n")  # or still being written
        found = [self._parsed(line, self._lines + nth) for nth, line in enumerate(lines, 1)]
        self._read_to += len(data) - len(cut_off)
        self._lines += len(lines)
        return [one for one in found if one and self._known.setdefault(one.id, one) is one]

    def _parsed(self, line: bytes, number: int) -> Judgement | None:
        try:
            return Judgement(**json.loads(line))
        except ValueError:  # what a machine wrote that stopped
            return None
        except (TypeError, RecursionError, DataError) as error:
            raise DataError(f"{self.path}, line {number}, is no verdict: {error}") from error


def _is_cut_off(file: IO[bytes]) -> bool:
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _sync_folder(folder: Path) -> None:
    """Without it, a new file may be gone after a power cut, whatever was written to it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Standing:
    """What each reviewer says of each foil, after all that was said and taken back."""

    def __init__(self, judgements: Iterable[Judgement] = ()) -> None:
        self._said: dict[str, dict[str, list[Judgement]]] = {}
        self._order: dict[str, list[Judgement]] = {}
        for judgement in judgements:
            self.take(judgement)

    def take(self, judgement: Judgement) -> None:
        """One more line of the file. What was taken back twice, or never said, changes nothing."""
        said = self._said.setdefault(judgement.foil, {}).setdefault(judgement.reviewer, [])
        order = self._order.setdefault(judgement.reviewer, [])
        if judgement.verdict != "undone":
            said.append(judgement)
            order.append(judgement)
            return
        for kept in (said, order):
            kept[:] = [other for other in kept if other.id != judgement.undoes]

    def of(self, foil: str) -> dict[str, Judgement]:
        """The standing verdicts about a foil, by reviewer."""
        said = list(self._said.get(foil, {}).items())  # at once: another thread may add to it
        return {name: judgements[-1] for name, judgements in said if judgements}

    def last(self, reviewer: str) -> Judgement | None:
        """What a reviewer would take back."""
        order = self._order.get(reviewer)
        return order[-1] if order else None

    def foils(self) -> Iterator[str]:
        """The foils about which anything stands."""
        return (foil for foil in self._said if self.of(foil))


def agreed(said: Mapping[str, Judgement]) -> Agreed:
    """What reviewers say of a foil together: what more of them say; disputed where as many say either."""
    accepted = sum(judgement.verdict == "accepted" for judgement in said.values())
    rejected = len(said) - accepted
    return "disputed" if accepted == rejected else "accepted" if accepted > rejected else "rejected"


def read_standing(dataset: Path) -> Standing:
    """What stands in a dataset's file of verdicts; nothing where it has none.

    Raises:
        DataError: the file is damaged.
    """
    return Standing(Ledger(dataset).news())


def read_verdicts(dataset: Path) -> dict[str, Agreed]:
    """What reviewers say together of each foil that any of them judged, by its key.

    Raises:
        DataError: the file is damaged.
    """
    standing = read_standing(dataset)
    return {foil: agreed(standing.of(foil)) for foil in standing.foils()}


def reviewed(dataset: Path, which: str) -> Callable[[str], bool]:
    """Whether a foil, by its key, is among those that are wanted.

    Args:
        dataset: a folder that `mine` has written.
        which: one of `REVIEWED`.

    Raises:
        RecipeError: no such choice.
        DataError: nobody has judged the dataset, or its file of verdicts is damaged.
    """
    if which not in REVIEWED:
        raise RecipeError(unknown("--reviewed", which, REVIEWED))
    verdicts = read_verdicts(dataset)
    if not verdicts:
        raise DataError(f"{dataset} has no verdicts: give some by `counterfoil review {dataset}`")
    if which == "accepted":
        return lambda key: verdicts.get(key) == "accepted"
    return lambda key: verdicts.get(key) != "rejected"

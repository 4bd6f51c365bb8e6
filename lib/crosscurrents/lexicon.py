"""Sentiment lexicons: words and their valences, with the hash of the file they came from.

Nothing is downloaded and nothing copied: the lexicons are read from the installed packages
vaderSentiment, textblob and, where somebody has installed it, afinn.
"""

from __future__ import annotations

import csv
import hashlib
import math
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

PACKAGES = {"vader": "vaderSentiment", "afinn": "afinn", "pattern": "textblob"}
NAMED = tuple(PACKAGES)
AFINN = "AFINN-en-165.txt"  # of the lists in the package afinn, the one that it scores English with


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Terms and their valences, with the hash of the file they were read from."""

    name: str
    sha256: str
    scores: dict[str, float]

    def valence(self, words) -> np.ndarray:
        """Valences of words, looked up in lower case.

        Parameters
        ----------
        words : sequence of str, Series or Arrow array
            As a vocabulary or a column; each is looked up as one term.

        Returns
        -------
        float64 array, as long as `words`; NaN where the lexicon does not know the word.

        Examples
        --------
        >>> read_lexicon("vader").valence(["Good", "river"])
        array([1.9, nan])
        """
        import pyarrow as pa  # here: the names of the lexicons are asked for before a run is begun
        import pyarrow.compute as pc

        if isinstance(words, pa.ChunkedArray):
            words = words.combine_chunks()
        if not isinstance(words, pa.Array):
            words = pa.array(words, type=pa.string(), from_pandas=True)
        keys, values = self._table
        at = pc.index_in(pc.utf8_lower(words), value_set=keys.cast(words.type))
        return values[pc.fill_null(at, len(keys)).to_numpy(zero_copy_only=False)]

    @cached_property
    def _table(self) -> tuple[pa.Array, np.ndarray]:
        import numpy as np
        import pyarrow as pa

        # One NaN behind the last valence, where an unknown word points.
        keys = pa.array(self.scores, type=pa.string())
        return keys, np.array([*self.scores.values(), np.nan])


def installed() -> list[str]:
    """Names of the lexicons whose packages are installed; AFINN's is an extra of this library."""
    return [name for name, package in PACKAGES.items() if find_spec(package)]


def lexicon_hashes() -> dict[str, str]:
    """SHA-256 of the file of each installed lexicon, by name.

    >>> {name: len(sha) for name, sha in lexicon_hashes().items()}["vader"]
    64
    """
    return {name: read_lexicon(name).sha256 for name in installed()}


def read_lexicon(name_or_path: str | Path) -> Lexicon:
    """A sentiment lexicon by its name, or a CSV file with the columns term and score.

    Parameters
    ----------
    name_or_path : str or Path
        "vader" (Hutto & Gilbert 2014), "afinn" (Nielsen 2011), "pattern" (the polarities that
        TextBlob carries, De Smedt & Daelemans 2012), or the path of a file. A Path, or a name with
        a folder or an ending, is always a file; its lexicon is named after it with the ending.

    Raises
    ------
    ValueError
        An unknown name, or one whose package is not installed; a file without the two columns,
        with a score that is no number, with a term that is empty or stands twice.

    Examples
    --------
    >>> read_lexicon("vader").scores["good"]
    1.9
    """
    named = {"vader": _vader, "afinn": _afinn, "pattern": _pattern}
    if not isinstance(name_or_path, Path) and name_or_path in named:
        if name_or_path not in (known := installed()):
            raise ValueError(
                f"lexicon {name_or_path!r} is not installed; run pip install "
                f"'crosscurrents[{name_or_path}]' or choose from {known}"
            )
        return named[name_or_path]()
    path = Path(name_or_path)
    if not path.is_file():
        raise ValueError(
            f"lexicon {str(name_or_path)!r} is neither a known lexicon nor a file; choose from "
            f"{list(NAMED)} or give a CSV file with the columns term, score"
        )
    return _read_csv(path)


def nltk_vader() -> Any:
    """NLTK's own SentimentIntensityAnalyzer, over the lexicon of vaderSentiment, offline.

    Slow and of record: what this library computes is held to it by the tests.
    """
    import nltk.data
    from nltk.sentiment.vader import SentimentIntensityAnalyzer

    name = "sentiment/vader_lexicon/vader_lexicon.txt"
    # NLTK reads only from its own roots and takes no linked file (installers link): a real copy.
    with tempfile.TemporaryDirectory() as root:
        copy = Path(root, name)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(_vader_file().read_bytes().rstrip(b"\r\n"))
        nltk.data.path.insert(0, root)
        try:
            return SentimentIntensityAnalyzer(lexicon_file=name)
        finally:
            nltk.data.path.remove(root)


def _vader_file() -> Path:
    return Path(find_spec("vaderSentiment").origin).with_name("vader_lexicon.txt")


@cache
def vader_emoji() -> dict[str, str]:
    """The name of each emoji in the list of vaderSentiment.

    >>> vader_emoji()["😭"]
    'loudly crying face'
    """
    text = _vader_file().with_name("emoji_utf8_lexicon.txt").read_text(encoding="utf-8")
    return dict(line.split("\t")[:2] for line in text.strip().split("\n"))


@cache
def _vader() -> Lexicon:
    content = _vader_file().read_bytes()
    # As NLTK reads it: of a term that stands twice, the last score counts.
    rows = [line.strip().split("\t")[:2] for line in content.decode("utf-8").strip().split("\n")]
    scores = {term: float(score) for term, score in rows}
    return Lexicon("vader", hashlib.sha256(content).hexdigest(), scores)


@cache
def _afinn() -> Lexicon:
    content = Path(find_spec("afinn").origin).with_name("data").joinpath(AFINN).read_bytes()
    rows = [line.split("\t") for line in content.decode("utf-8").strip().split("\n")]
    scores = {term: float(score) for term, score in rows}
    return Lexicon("afinn", hashlib.sha256(content).hexdigest(), scores)


@cache
def _pattern() -> Lexicon:
    from textblob.en import sentiment as lexicon

    lexicon.load()
    content = Path(lexicon.path).read_bytes()
    scores = {term: float(senses[None][0]) for term, senses in dict.items(lexicon)}
    return Lexicon("pattern", hashlib.sha256(content).hexdigest(), scores)


def _read_csv(path: Path) -> Lexicon:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"lexicon {str(path)!r} is not UTF-8 text ({error})") from None
    rows = csv.DictReader(text.splitlines())
    missing = {"term", "score"} - set(rows.fieldnames or ())
    if missing:
        raise ValueError(
            f"lexicon {str(path)!r} lacks the columns {sorted(missing)}; "
            f"it has {list(rows.fieldnames or ())}"
        )
    scores: dict[str, float] = {}
    for row in rows:
        term = (row["term"] or "").strip().lower()
        place = f"lexicon {str(path)!r}, line {rows.line_num}"
        if not term or term in scores:
            what = "stands twice" if term else "is empty"
            raise ValueError(f"{place}: term {term!r} {what}; one row a term, in lower case")
        scores[term] = _score(row["score"], place)
    # With its ending, so that nobody takes "vader.csv" for the lexicon "vader".
    name = path.name if path.suffix else f"{path.name} (file)"
    return Lexicon(name, hashlib.sha256(content).hexdigest(), scores)


def _score(text: str | None, place: str) -> float:
    try:
        score = float(text or "")
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise ValueError(f"{place}: score {text!r} is not a number")
    return score

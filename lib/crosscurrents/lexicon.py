"""Sentiment lexicons: one entry each, with where it is read and how it scores a sentence.

Nothing is downloaded and nothing copied: the lexicons are read from the installed packages
vaderSentiment, textblob and, where somebody has installed it, afinn. VADER, and TextBlob's pattern
lexicon, bring rules of their own; every other lexicon is scored as the package afinn does it, by
the sum of its terms. To add a lexicon, write what reads it and give it an entry in LEXICONS.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from crosscurrents.core import Scored, Stream, Vader

KEPT = 2**15  # sentences of which TextBlob's words are remembered: most are scored more than once
PATTERN, ADJECTIVE = "en-sentiment.xml", "JJ"  # TextBlob's list, and one of its parts of speech
AFINN = "AFINN-en-165.txt"  # of the lists in the package afinn, the one that it scores English with


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Terms and their valences, with the hash of the file they were read from."""

    name: str
    sha256: str
    scores: dict[str, float]

    @cached_property
    def finder(self) -> Callable:
        """What finds its terms in a text."""
        from crosscurrents.core.scoring import term_finder

        return term_finder(self.scores)

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
        import numpy as np  # here: the names of the lexicons are asked for before a run is begun
        import pyarrow as pa
        import pyarrow.compute as pc

        lower = pc.utf8_lower(pa.array(words, pa.string(), from_pandas=True))
        place = pc.index_in(lower, value_set=pa.array([*self.scores], pa.string())).fill_null(-1)
        return np.array([*self.scores.values(), np.nan])[place.to_numpy()]


def installed() -> list[str]:
    """Names of the lexicons whose packages are installed; AFINN's is an extra of this library."""
    return [n for n, entry in LEXICONS.items() if not entry.package or find_spec(entry.package)]


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
    if not isinstance(name_or_path, Path) and name_or_path in LEXICONS:
        if name_or_path not in (known := installed()):
            raise ValueError(
                f"lexicon {name_or_path!r} is not installed; run pip install "
                f"'crosscurrents[{name_or_path}]' or choose from {known}"
            )
        return _installed(name_or_path)
    path = Path(name_or_path)
    if not path.is_file():
        raise ValueError(
            f"lexicon {str(name_or_path)!r} is neither a known lexicon nor a file; choose from "
            f"{list(NAMED)} or give a CSV file with the columns term, score"
        )
    return _read_csv(path)


def vader_file() -> Path:
    """The lexicon that the package vaderSentiment carries."""
    return Path(find_spec("vaderSentiment").origin).with_name("vader_lexicon.txt")


@cache
def vader_emoji() -> dict[str, str]:
    """The name of each emoji in the list of vaderSentiment.

    >>> vader_emoji()["😭"]
    'loudly crying face'
    """
    text = vader_file().with_name("emoji_utf8_lexicon.txt").read_text(encoding="utf-8")
    return dict(line.split("\t")[:2] for line in text.strip().split("\n"))


@cache
def _installed(name: str) -> Lexicon:
    content, scores = LEXICONS[name].read()
    return Lexicon(name, hashlib.sha256(content).hexdigest(), scores)


def _read_vader() -> tuple[bytes, dict[str, float]]:
    return _tabbed(vader_file())


def _read_afinn() -> tuple[bytes, dict[str, float]]:
    return _tabbed(Path(find_spec("afinn").origin).with_name("data") / AFINN)


def _tabbed(file: Path) -> tuple[bytes, dict[str, float]]:
    """As NLTK reads VADER's file: of a term that stands twice, the last score counts."""
    content = file.read_bytes()
    rows = [line.strip().split("\t")[:2] for line in content.decode("utf-8").strip().split("\n")]
    return content, {term: float(score) for term, score in rows}


def _read_pattern() -> tuple[bytes, dict[str, float]]:
    """As TextBlob scores a word alone: the mean of its parts of speech, each of its senses;
    an adverb in -ly as its adjective.

    Its file is read here because importing TextBlob loads all of NLTK.
    """
    from xml.etree import ElementTree

    content = Path(find_spec("textblob").origin).with_name("en").joinpath(PATTERN).read_bytes()
    senses: dict[str, dict[str, list[float]]] = {}
    for word in ElementTree.fromstring(content).iter("word"):
        by_tag = senses.setdefault(word.get("form"), {})
        by_tag.setdefault(word.get("pos"), []).append(float(word.get("polarity", 0)))
    means = {
        term: {tag: sum(own) / len(own) for tag, own in tags.items()}
        for term, tags in senses.items()
    }
    scores = {term: sum(own.values()) / len(own) for term, own in means.items()}
    for term, own in means.items():
        if ADJECTIVE in own:  # its adverb: happy, happily; gentle, gently
            stem = term[:-1] + "i" if term.endswith("y") else term
            scores[stem.removesuffix("le") + "ly"] = own[ADJECTIVE]
    return content, scores


def _read_csv(path: Path) -> Lexicon:
    import pandas as pd

    from crosscurrents.readers.tables import read_table
    from crosscurrents.storage import file_sha256
    from crosscurrents.writing import check_columns

    rows = read_table(path)
    check_columns(f"lexicon {str(path)!r}", rows, ["score", "term"])
    scores: dict[str, float] = {}
    numbers = pd.to_numeric(rows["score"], errors="coerce").astype(float)
    terms = rows["term"].str.strip().str.lower()
    for line, (term, score) in enumerate(zip(terms, numbers), start=2):
        place = f"lexicon {str(path)!r}, line {line}"
        if not term or term in scores:
            what = "stands twice" if term else "is empty"
            raise ValueError(f"{place}: term {term!r} {what}; one row a term, in lower case")
        if not math.isfinite(score):
            raise ValueError(f"{place}: score {rows['score'][line - 2]!r} is not a number")
        scores[term] = score
    # With its ending, so that nobody takes "vader.csv" for the lexicon "vader".
    name = path.name if path.suffix else f"{path.name} (file)"
    return Lexicon(name, file_sha256(path), scores)


# --- how sentences are scored


@cache
def vader_rules() -> Vader:
    """VADER's rules over its own lexicon."""
    from crosscurrents.core import Vader

    return Vader(read_lexicon("vader").scores, vader_emoji())


def _by_vader(stream: Stream, lexicon: Lexicon) -> Scored:
    return vader_rules().score(stream)


def _by_terms(stream: Stream, lexicon: Lexicon) -> Scored:
    from crosscurrents.core.scoring import score_texts

    return score_texts(stream, lexicon.finder)


def _by_pattern(stream: Stream, lexicon: Lexicon) -> Scored:
    import numpy as np

    from crosscurrents.core.scoring import score_texts

    found = score_texts(stream, assess)
    number = np.bincount(found.sentence, minlength=len(found.score))
    return replace(found, score=found.score / np.maximum(number, 1))


@lru_cache(maxsize=KEPT)
def assess(text: str) -> list[tuple[int, float, str]]:
    """Where the head of each assessment of TextBlob's stands, its polarity, and the head.

    The head is the last word but marks and negations: `good` in "not good!"; of an emoticon
    with blanks inside its first signs. The polarity of the text is the mean.

    >>> assess("It is not good.")
    [(10, -0.35, 'good')]
    """
    from textblob.en import sentiment

    from crosscurrents.core.scoring import STRAIGHT

    straight = text.translate(STRAIGHT)
    words = " ".join(sentiment.tokenizer(straight)).split()
    letters = [place for place, sign in enumerate(straight) if not sign.isspace()]
    # Where each word begins; signs that TextBlob joins may have had blanks between them.
    sizes = [len(word) for word in words]
    places = [letters[before] for _, before in zip(sizes, accumulate(sizes, initial=0))]
    found, k = [], 0
    for chunk, polarity, _, _ in sentiment.assessments((word.lower(), None) for word in words):
        heads = [w for w in chunk if w not in ("!", *sentiment.negations)] or chunk[-1:]
        for head in heads:
            k = next(n for n in range(k, len(words)) if words[n].lower() == head) + 1
        at = places[k - 1]
        found.append((at, polarity, straight[at : at + len(heads[-1])].split()[0].lower()))
    return found


@dataclass(frozen=True)
class Entry:
    """What the library has to know of a lexicon."""

    package: str = ""  # that carries it; none: `read` needs no other
    read: Callable[[], tuple[bytes, dict[str, float]]] | None = None  # the file, and the scores
    score: Callable[[Stream, Lexicon], Scored] = _by_terms
    whole_words: bool = False  # knows whole words only, no terms inside of them or of several
    language: str = ""  # of its words; a list of the user's own speaks every language
    title: str = ""  # as it is written; none: its name
    scale: str = "sum of the scores of its terms"  # of a sentence's score, for an axis
    limit: float = math.inf  # that no score of a sentence exceeds on either side


SUM = "sum of −5 to +5 a word"
UNIT = "−1 to +1", 1.0  # scale and limit of a score that is a mean, or normalised
LEXICONS = {
    "vader": Entry("vaderSentiment", _read_vader, _by_vader, True, "en", "VADER", *UNIT),
    "afinn": Entry("afinn", _read_afinn, language="en", title="AFINN", scale=SUM),
    "pattern": Entry("textblob", _read_pattern, _by_pattern, False, "en", "Pattern", *UNIT),
}
NAMED = tuple(LEXICONS)


def entry_of(name: str) -> Entry:
    """The entry of a lexicon, or what holds for any file."""
    return LEXICONS.get(name, Entry())


def lexicon_title(name: str) -> str:
    """A lexicon's name as it is written.

    >>> lexicon_title("vader"), lexicon_title("mine")
    ('VADER', 'mine')
    """
    return entry_of(name).title or name


def score_tokens(stream: Stream) -> np.ndarray:
    """VADER's four scores of each sentence, float64 (sentences, 4): neg, neu, pos, compound."""
    return vader_rules().scores(stream)


def score_stream(stream: Stream, lexicon: Lexicon) -> Scored:
    """Scores of each sentence of Tokens, or of any other stream of pieces, by one lexicon.

    >>> from crosscurrents.core import split_pieces
    >>> stream = split_pieces(["A good plan, but no fun.", "It rained."])
    >>> score_stream(stream, read_lexicon("afinn")).score.tolist()
    [0.0, 0.0]
    >>> score_stream(stream, read_lexicon("pattern")).score.round(3).tolist()
    [0.275, 0.0]
    """
    return entry_of(lexicon.name).score(stream, lexicon)


def score_sentences(texts: Sequence[str], *, lexicon: str | Path = "vader") -> pd.DataFrame:
    """Scores of texts, each scored as one sentence.

    Parameters
    ----------
    texts : sequence of str, or Series
    lexicon : str or Path
        "vader", "afinn", "pattern", or a CSV file of terms and scores, see `read_lexicon`.

    Returns
    -------
    DataFrame
        A row a text, with the index of a Series.  By VADER: neg, neu, pos (shares of the text) and
        compound (-1 to 1).  By any other lexicon: score, which is the sum of the scores of the
        terms found (AFINN, CSV) or their mean after negation and emphasis (pattern, -1 to 1).

    Raises
    ------
    ValueError
        An unknown lexicon; texts that are not all strings.

    Examples
    --------
    >>> score_sentences(["A great success, but a costly one."])
         neg    neu    pos  compound
    0  0.188  0.235  0.576    0.5106
    >>> score_sentences(["A great success, but a costly one."], lexicon="afinn")["score"].tolist()
    [3.0]
    """
    import pandas as pd

    from crosscurrents.core import split_pieces
    from crosscurrents.core.scoring import DIGITS

    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    valences = read_lexicon(lexicon)
    index = texts.index if isinstance(texts, pd.Series) else None
    stream = split_pieces(list(texts))
    if valences.name == "vader":
        return pd.DataFrame(score_tokens(stream), columns=list(DIGITS), index=index)
    return pd.DataFrame({"score": score_stream(stream, valences).score}, index=index)

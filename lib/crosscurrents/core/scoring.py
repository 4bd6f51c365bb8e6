"""Scores of sentences with the words that made them: VADER's rules, or a sum of terms.

VADER: the scores of NLTK's analyser, a hundred thousand sentences at a time. The rules are those of
Hutto & Gilbert (2014) as NLTK's `SentimentIntensityAnalyzer` applies them, its oddities included.
Most words with a valence have no neighbour that changes it: these are handled in NumPy. The others,
with three words before and two behind, go through NLTK's own method, each distinct context once.

The sum of the terms of a lexicon: a term stands between word boundaries, in any case; of several
that begin at one place the longest counts, and the search goes on behind it, as the package afinn
does it (Nielsen 2011).
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask, offsets_of, owners, runs, totals
from crosscurrents.core.tokens import Pieces, Stream

STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟", '"'))
RUN = re.compile(r"\w+")
# Of a text: where each term stands, what it adds, and the term.
Assess = Callable[[str], Sequence[tuple[int, float, str]]]


@dataclass(frozen=True)
class Scored:
    """Scores of sentences, and the words that made them, in the order of the text."""

    score: np.ndarray  # float64 (sentences)
    place: np.ndarray  # int64 (words), in stream.ids
    sentence: np.ndarray  # int64 (words)
    value: np.ndarray  # float64 (words), what each adds
    term: list[str]  # of the lexicon, in lower case (words)


def score_texts(stream: Stream, assess: Assess) -> Scored:
    """The sum of what the terms of each sentence add, sentence by sentence.

    `assess` sees the pieces of a sentence with a blank between them.
    """
    distinct, bounds = stream.pieces.to_pylist(), np.asarray(stream.sentences).tolist()
    ids, rows = np.asarray(stream.ids).tolist(), []
    for sentence, (first, last) in enumerate(zip(bounds, bounds[1:])):
        pieces = [distinct[k] for k in ids[first:last]]
        found = assess(" ".join(pieces))
        if found:
            starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)]).tolist()
            for at, value, term in found:
                rows.append((first + bisect_right(starts, at) - 1, sentence, value, term))
    place, sentence, value, terms = zip(*rows) if rows else ((), (), (), ())
    sentence, value = np.array(sentence, np.int64), np.array(value, float)
    score = np.bincount(sentence, value, minlength=len(bounds) - 1).astype(float)
    return Scored(score, np.array(place, np.int64), sentence, value, [*terms])


def term_finder(scores: Mapping[str, float]) -> Assess:
    """What finds the terms of a lexicon in a text, each with its score.

    >>> term_finder({"cold": -1.0, "cold war": -4.0})("A cold war, a COLD day.")
    [(2, -4.0, 'cold war'), (14, -1.0, 'cold')]
    """
    longest: dict[str, int] = {}  # first run of letters of a term -> runs of the longest such
    for term in scores:
        runs = RUN.findall(term)
        if runs:
            longest[runs[0]] = max(len(runs), longest.get(runs[0], 1))

    def find(text: str) -> list[tuple[int, float, str]]:
        text = text.translate(STRAIGHT).lower()
        runs = [m.span() for m in RUN.finditer(text)]
        found, k = [], 0
        while k < len(runs):
            start, end = runs[k]
            reach = longest.get(text[start:end], 0)
            for last in range(min(k + reach, len(runs)) - 1, k - 1, -1):
                term = text[start : runs[last][1]]
                if term in scores:
                    found.append((start, scores[term], term))
                    k = last
                    break
            k += 1
        return found

    return find


DIGITS = {"neg": 3, "neu": 3, "pos": 3, "compound": 4}  # decimals, as NLTK rounds
BEFORE_BUT, BEHIND_BUT = 0.5, 1.5  # weights that NLTK has without a name
BEFORE, BEHIND = 3, 2  # words that the rules look at on either side
MOST_MARKS = 7  # more `!` or `?` add nothing
# Words that rules name. Of phrases, which the rules look for too, the longest word: it is rare.
NAMED = {"so", "this", "least", "kind"}
HEARD = {"at", "very", "of", "but"}  # only beside those

QUOTATION = re.compile('["«»‹›]')
# Single marks at the edge of a word: those inside (`don't`) are apostrophes.
SINGLE = re.compile(r"(?<![\w'])'+(?=\w)|(?<=[\w.,!?…])'+(?!\w)")
RUNS = re.compile(r"(?<=[^\W_])((?:[.!?…]{2,}|…)+)")
JOINERS = str.maketrans(dict.fromkeys("\ufe0e\ufe0f\u200d"))  # within and behind emoji
# Pieces that may have to change: any of these marks, runs, or signs from the blocks of emoji.
LIKELY = "[\"'‘’‚‛ʼ“”„‟«»‹›…©®]|[.!?]{2}|[\\x{203C}-\\x{10FFFF}]"


class Vader:
    """VADER's rules over the valences of a lexicon.

    Examples
    --------
    >>> from crosscurrents.core.tokens import split_pieces
    >>> Vader({"good": 1.9}).scores(split_pieces(["very good", "not good"])).tolist()
    [[0.0, 0.238, 0.762, 0.4927], [0.706, 0.294, 0.0, -0.3412]]
    """

    def __init__(
        self, valences: Mapping[str, float], emoji: Mapping[str, str] | None = None
    ) -> None:
        """`valences` by term in lower case, as `read_lexicon("vader").scores`; names of `emoji`."""
        from nltk.sentiment import vader  # here: NLTK takes a second to load

        self.valences = valences
        # Most contexts, and most pieces that have to change, come again in the next batch.
        self.changed = lru_cache(2**12)(self._valence)
        self.seen = lru_cache(2**12)(partial(vader_piece, emoji=emoji or {}, known=valences))
        self.analyser = object.__new__(vader.SentimentIntensityAnalyzer)  # reads no file of its own
        self.analyser.lexicon, self.analyser.constants = valences, vader.VaderConstants()
        constants = self.analyser.constants
        self.emphasis = [
            np.array([amplify(mark * n) for n in range(MOST_MARKS + 1)])
            for mark, amplify in zip("!?", (self.analyser._amplify_ep, self.analyser._amplify_qm))
        ]
        self.boosters, self.negations = {*constants.BOOSTER_DICT}, {*constants.NEGATE}
        phrases = [p.split() for p in {*constants.SPECIAL_CASE_IDIOMS} | self.boosters if " " in p]
        self.rare = NAMED | {max(words, key=len) for words in phrases}
        known = {*valences, *self.boosters, *self.negations, *NAMED, *HEARD}
        self.known = pa.array(sorted(known.union(*phrases)))
        # One mark before or behind a word of two characters or more, and no other punctuation.
        marks = "|".join(map(re.escape, constants.PUNC_LIST))
        word = f"([^{re.escape(string.punctuation)}]{{2,}})"
        self.marked = re.compile(f"(?:{marks}){word}|{word}(?:{marks})")

    def scores(self, stream: Stream) -> np.ndarray:
        """neg, neu, pos (shares, three decimals) and compound (-1 to 1, four decimals).

        Returns
        -------
        float64 array (sentences, 4)
            A sentence without a piece of two characters is 0 in all four.
        """
        return self._scored(stream)[0]

    def score(self, stream: Stream) -> Scored:
        """The compound score of each sentence, and the valences after all rules behind it."""
        scores, *rest = self._scored(stream)
        return Scored(scores[:, 3], *rest)

    def _scored(self, stream: Stream) -> tuple:
        """The four scores; of each word with a valence its place, sentence, valence and text."""
        stream, origin = vader_stream(stream, self.seen)
        facts = PieceFacts.of(stream.pieces, self)
        ids, bounds = np.asarray(stream.ids), np.asarray(stream.sentences)
        marks = [np.minimum(totals(count[ids], bounds), MOST_MARKS) for count in facts.marks]
        emphasis = sum(each[number] for each, number in zip(self.emphasis, marks))
        place = np.flatnonzero(~facts.short[ids])  # the rules do not see pieces of one character
        ids, bounds = ids[place], np.searchsorted(place, bounds)
        words, sizes = facts.word[ids], np.diff(bounds)
        upper = totals(facts.upper[ids], bounds)
        mixed = (upper > 0) & (upper < sizes)  # some words of the sentence are in capitals
        hits = np.flatnonzero(~np.isnan(facts.valence)[words])
        sentence = owners(bounds, hits)
        # Every occurrence of a word in a sentence takes the valence of the first.
        key = sentence * len(facts.words) + words[hits]
        _, first, same = np.unique(key, return_index=True, return_inverse=True)
        at, own = hits[first], sentence[first]
        shouted = facts.upper[ids[at]] & mixed[own]
        valence = self._in_context(facts, words, at, bounds[own], bounds[own + 1], mixed[own])
        plain = facts.valence[words[at]]
        increase = np.where(plain > 0, 1, -1) * self.analyser.constants.C_INCR
        valence = np.where(np.isnan(valence), plain + shouted * increase, valence)[same]
        valence = _weigh_but(facts.but[words], bounds, hits, sentence, valence)
        alpha = self.analyser.constants.normalize.__defaults__[0]
        scores = _scores(valence, sentence, sizes, emphasis, alpha)
        texts = np.array([text.lower() for text in facts.words], object)[words[hits]].tolist()
        return scores, origin[place[hits]], sentence, valence, texts

    def _in_context(self, facts: PieceFacts, words, at, begin, end, mixed) -> np.ndarray:
        """The valences that neighbours change, missing for all other words."""
        low, high = np.maximum(at - BEFORE, begin), np.minimum(at + BEHIND + 1, end)
        acts, rare = offsets_of(facts.acts[words]), offsets_of(facts.rare[words])
        odd = np.flatnonzero((acts[at] > acts[low]) | (rare[high] > rare[low]))
        valence = np.full(len(at), np.nan)
        columns = (column[odd].tolist() for column in (low, high, at - low, mixed))
        for row, first, last, place, mix in zip(odd.tolist(), *columns):
            context = (facts.words[k] for k in words[first:last].tolist())
            valence[row] = self.changed(place, mix, *context)
        return valence

    def _valence(self, place: int, mixed: bool, *words: str) -> float:
        """NLTK's valence of the word at a place among its neighbours."""
        if [word.lower() for word in words[place : place + 2]] == ["kind", "of"]:
            return 0.0
        text = SimpleNamespace(words_and_emoticons=[*words], is_cap_diff=mixed)
        return self.analyser.sentiment_valence(0, text, words[place], place, [])[0]


@dataclass(frozen=True)
class PieceFacts:
    """Per distinct piece its word and marks; per word that a rule knows, what the rules ask."""

    word: np.ndarray  # int32 (pieces), into the columns by word; 0 is any word that no rule knows
    short: np.ndarray  # bool (pieces): of one character
    upper: np.ndarray  # bool (pieces)
    marks: list[np.ndarray]  # int32 (pieces), how many exclamation and how many question marks
    words: list[str]  # as spelled, without a mark beside it
    valence: np.ndarray  # float64 (words), missing for words that do not score by themselves
    acts: np.ndarray  # bool (words): may change the valence of a later word
    rare: np.ndarray  # bool (words): one of Vader.rare
    but: np.ndarray  # bool (words)

    @classmethod
    def of(cls, pieces: pa.StringArray, rules: Vader) -> PieceFacts:
        """The facts of an Arrow array of distinct pieces."""
        lower = pc.utf8_lower(pieces)
        sought = pc.is_in(pc.ascii_trim(lower, string.punctuation), rules.known)
        sought = pc.or_(sought, pc.is_in(lower, rules.known))
        sought = pc.or_(sought, pc.match_substring(lower, "n't"))
        numbers, word = {"": 0}, np.zeros(len(pieces), np.int32)
        found = [rules.marked.fullmatch(p) or p for p in pieces.filter(sought).to_pylist()]
        found = [p if isinstance(p, str) else p[p.lastindex] for p in found]
        word[as_mask(sought)] = [numbers.setdefault(text, len(numbers)) for text in found]
        words = [text.lower() for text in numbers]
        scored = [None if text in rules.boosters else rules.valences.get(text) for text in words]
        acts = rules.boosters | rules.negations | NAMED
        upper = as_mask(pc.ascii_is_upper(pieces))
        beyond = ~as_mask(pc.string_is_ascii(pieces))  # as Python has these
        upper[beyond] = [p.isupper() for p in pieces.filter(pa.array(beyond)).to_pylist()]
        return cls(
            word,
            pc.utf8_length(pieces).to_numpy() < 2,
            upper,
            [pc.count_substring(pieces, mark).to_numpy() for mark in "!?"],
            list(numbers),
            np.array(scored, float),
            np.array([text in acts or "n't" in text for text in words]),
            np.array([text in rules.rare for text in words]),
            np.array([text == "but" for text in words]),
        )


def _weigh_but(but, bounds, hits, sentence, valence) -> np.ndarray:
    """Less weight before the first *but* of a sentence, more weight behind it."""
    buts = np.append(np.flatnonzero(but), len(but))
    # The first but at or behind each sentence's start; it may be in a later sentence.
    first = buts[np.searchsorted(buts[:-1], bounds[:-1])][sentence]
    turned = first < bounds[sentence + 1]
    return np.where(turned, valence * np.where(hits < first, BEFORE_BUT, BEHIND_BUT), valence)


def _scores(
    valence: np.ndarray, sentence: np.ndarray, lengths: np.ndarray, emphasis: np.ndarray, alpha: int
) -> np.ndarray:
    """The four scores from the valences; sums run from left to right, as NLTK adds them."""

    def total(weights: np.ndarray, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        sums = np.bincount(sentence[chosen], weights[chosen], minlength=len(lengths))
        return sums.astype(np.float64)  # of nothing, bincount makes integers

    plus, minus = valence > 0, valence < 0
    score = total(valence)
    # A neutral word counts 1, so a positive one counts its valence and 1.
    positive, negative = total(valence + 1, plus), -total(valence - 1, minus)
    neutral = lengths - total(np.ones(len(valence)), plus | minus)
    score += np.sign(score) * emphasis
    lead = np.sign(positive - negative)
    positive += np.where(lead > 0, emphasis, 0)
    negative += np.where(lead < 0, emphasis, 0)
    whole = np.where(lengths > 0, positive + negative + neutral, 1)
    compound = score / np.sqrt(score * score + alpha)
    columns = (negative / whole, neutral / whole, positive / whole, compound)
    return np.column_stack([rounded(c, digits) for c, digits in zip(columns, DIGITS.values())])


def rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Python's round: NumPy scales first, and so takes another side where a value lies between."""
    scaled = values * 10**digits
    result = np.rint(scaled) / 10**digits
    between = np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6)
    result[between] = [round(value, digits) for value in values[between].tolist()]
    return result


def vader_piece(piece: str, emoji: Mapping[str, str], known: Mapping[str, float]) -> list[str]:
    """What VADER's rules see of a piece of text.

    Quotation marks go, apostrophes become straight, runs of `!`, `?` and stops are separated from
    the word before, and emoji are replaced by their names. Emoticons and what else is `known` stay.

    >>> vader_piece("“disaster!!”", {}, {}), vader_piece("late😡", {"😡": "pouting face"}, {})
    (['disaster', '!!'], ['late', 'pouting', 'face'])
    """
    text = piece.translate(STRAIGHT)
    if text.lower() in known:
        return [text]
    if not text.isascii():  # emoji first: some of their names hold quotation marks
        text = "".join(f" {emoji[char]} " if char in emoji else char for char in text)
        text = text.translate(STRAIGHT | JOINERS)
    text = SINGLE.sub("", QUOTATION.sub("", text))
    return RUNS.sub(r" \1 ", text).split()


def vader_stream(stream: Stream, seen: Callable[[str], list[str]]) -> tuple[Pieces, np.ndarray]:
    """A stream as VADER's rules see it, and of each of its places the place it comes from."""
    pieces, ids, bounds = stream.pieces, np.asarray(stream.ids), np.asarray(stream.sentences)
    likely = np.flatnonzero(as_mask(pc.match_substring_regex(pieces, LIKELY)))
    changed = [seen(piece) for piece in pieces.take(pa.array(likely)).to_pylist()]
    # What these become lies behind the other pieces, one word of a piece behind the other.
    counts, first = np.ones(len(pieces), np.int64), np.arange(len(pieces))
    counts[likely] = [len(words) for words in changed]
    first[likely] = len(pieces) + offsets_of(counts[likely])[:-1]
    added = pa.array([word for words in changed for word in words], pa.string())
    number = counts[ids]
    origin = np.repeat(np.arange(len(ids)), number)
    stream = Pieces(
        pa.concat_arrays([pieces, added]), runs(first[ids], number), offsets_of(number)[bounds]
    )
    return stream, origin

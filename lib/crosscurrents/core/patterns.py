"""What a theme looks for, patterns of words read from text, and where they match in Tokens.

All that looks at letters is done once a distinct part of a word. Over the text, one look finds
the words that may begin a pattern, and only these are followed further.

Hits of a scale's poles that the sentence denies ("hardly any closer" is no closeness) are counted
apart: a cue before a hit ("not", "hardly", "unlikely") or behind it ("is premature") denies it if
at most `REACH` words lie between and no punctuation (the rule of NegEx: Chapman, Bridewell,
Hanbury, Cooper & Buchanan 2001, "A simple algorithm for identifying negated findings and diseases
in discharge summaries"). Quotation marks alone separate nothing: not an “alliance” denies it. A
scale counts such hits for its other pole, as dictionaries of tone do (Young & Soroka 2012,
"Affective news").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask, owners, runs
from crosscurrents.core.tokens import TextParts, Tokens
from crosscurrents.core.words import JOINED, SIGN, fold, read_piece, words_of

# What means something in other tools and nothing here, and what to write instead.
ALTERNATIVES = "write each alternative as a pattern of its own"
FOREIGN = (
    (re.compile(r"\?"), "?", "write * for any letters, such as 'wom*n', or list the forms"),
    (re.compile(r"\|"), "|", ALTERNATIVES),
    (re.compile(r"[()\[\]{}]"), "brackets", f"a pattern is no regular expression; {ALTERNATIVES}"),
    (re.compile(r"\S\s+OR\s+\S"), "OR", ALTERNATIVES),
    (re.compile(r"\S\s+AND\s+\S"), "AND", "write the phrase, or a theme for each word"),
    (re.compile(r"\S\s+(?:NEAR|NOT)\s+\S"), "NEAR or NOT", "write the phrase"),
    (re.compile(r"/"), "/", ALTERNATIVES),
)
MAX_PARTS = 12  # parts: a longer pattern would be a quotation of the text, not a code


@dataclass(frozen=True)
class Pattern:
    """One pattern: its text, its parts, and what must stand before each part after the first."""

    text: str
    parts: tuple[str, ...]
    gaps: tuple[str, ...]  # " ", "-" or the signs themselves; one a part, the first is ""
    whole: bool = False  # "=": whole words, spelled so
    tail: str = ""  # signs behind the last part, as in "90%"

    @property
    def meaning(self) -> tuple:
        """What decides where it matches: two patterns that agree in it hit the same.

        >>> Pattern.parse("Gas").meaning == Pattern.parse("gas").meaning
        True
        """
        parts = (p if self.whole else p.lower() if "*" in p else fold(p) for p in self.parts)
        return tuple(parts), self.gaps, self.whole, self.tail

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read a pattern; raises ValueError saying what is wrong with it.

        A word that has such a sign in it, as an address has, can be spelled so:

        >>> Pattern.parse("belt and road").parts, Pattern.parse("link-up").gaps
        (('belt', 'and', 'road'), ('', '-'))
        >>> Pattern.parse("=https://example.org/a?b").parts
        ('https://example.org/a?b',)
        """
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"pattern {text!r} is not a text; write words, in quotes where YAML needs them"
            )
        body = text.strip().removeprefix("=")
        whole = text.strip().startswith("=")
        for sign, name, instead in FOREIGN:
            if sign.search(text) and not (whole and _is_one_word(body)):
                raise ValueError(f"pattern {text!r} has {name}, without a meaning here; {instead}")
        if whole and "*" in body:
            raise ValueError(
                f"pattern {text!r} has both '=' (spelled so) and '*' (any letters); choose one"
            )
        parts, gaps, signs = [], [], ""
        for piece in body.split():
            elements, rest = _elements(piece)
            for k, (before, inner) in enumerate(elements):
                gaps.append(
                    (signs + before) or (" " if k == 0 else "") if parts else signs + before
                )
                parts.append(inner[0])
                gaps += ["-"] * (len(inner) - 1)
                parts += inner[1:]
                signs = ""
            signs += rest
        if not parts or all(not p.strip("*") for p in parts):
            raise ValueError(
                f"pattern {text!r} can match everything or has no word in it; name a word"
            )
        if len(parts) > MAX_PARTS:
            raise ValueError(
                f"pattern {text!r} has {len(parts)} parts; at most {MAX_PARTS} are meant"
            )
        return cls(text, tuple(parts), tuple(gaps), whole, signs)


def _is_one_word(text: str) -> bool:
    """Whether the tokens of a text are one word that has all its signs, such as an address."""
    words, rest = words_of(text)
    return len(words) == 1 and not rest and words[0].spelled == text


def _elements(piece: str) -> tuple[list[tuple[str, list[str]]], str]:
    """The words of a pattern's piece as (signs before, parts), and the signs after the last."""
    if "*" in piece:
        found = list(re.finditer(r"[\w*'’]+(?:[-\u2010\u2011][\w*'’]+)*", piece))
        ends = [0, *(m.end() for m in found)]
        items = [
            (piece[e : m.start()], re.split("[-\u2010\u2011]", m[0])) for e, m in zip(ends, found)
        ]
        return items, piece[ends[-1] :]
    words, rest = words_of(piece)
    rest = "" if rest in (".", "'") and words else rest
    return [(w.before, w.spelled.split("-")) for w in words], rest


@dataclass(frozen=True)
class Theme:
    """A theme, a sub-theme ("theme/sub") or a pole of a scale ("scale/pole").

    A theme with sub-themes holds their patterns behind its own.
    """

    name: str
    description: str
    patterns: tuple[Pattern, ...] = ()
    exclusions: tuple[Pattern, ...] = ()  # matched first, for its own patterns
    subs: tuple[Theme, ...] = ()
    taken: int = 0  # of the patterns, those at the end that are only its sub-themes'

    def with_subs(self, subs: tuple[Theme, ...]) -> Theme:
        """The theme with sub-themes, and with the patterns of theirs that it lacks."""
        known = {p.meaning: p for p in self.patterns}
        for pattern in (p for sub in subs for p in sub.patterns):
            known.setdefault(pattern.meaning, pattern)
        patterns = tuple(known.values())
        taken = len(patterns) - len(self.patterns)
        return replace(self, patterns=patterns, subs=subs, taken=taken)

    def within(self, theme: Theme) -> Theme:
        """The sub-theme of a theme, whose exclusions hold for it, too."""
        return replace(self, exclusions=tuple(dict.fromkeys(theme.exclusions + self.exclusions)))

    def scopes(self) -> list[tuple[dict[int, Pattern], tuple[Pattern, ...]]]:
        """The patterns by their place, with the exclusions that hold for them.

        A sub-theme's exclusions hold for its own patterns only, so that what it finds the theme
        finds.
        """
        own = self.patterns[: len(self.patterns) - self.taken]
        found = [(dict(enumerate(own)), self.exclusions)]
        place = {p.meaning: k for k, p in enumerate(self.patterns)}
        for sub in self.subs:
            found.append(({place[p.meaning]: p for p in sub.patterns}, sub.exclusions))
        return found


HEAD = 8  # bytes of a word by which those with one beginning are found: a number of 64 bits

PLAIN_GAPS = ("", " ", "-")  # others are signs, compared letter by letter
REACH = 5  # words at most between a cue and what it denies
MARKS = "[\"'“”„«»‹›‘’‚]*"
OPENED, CLOSED = rf"^{MARKS}[\pL\pN]", rf"[\pL\pN]{MARKS}$"  # pieces with such marks alone


@dataclass(frozen=True)
class Matches:
    """Matches in text order within each theme: indices of theme, pattern, first and last word."""

    theme: np.ndarray  # int64, into the themes matched
    pattern: np.ndarray  # int64, into that theme's patterns
    first: np.ndarray  # int64, into tokens.words.ids
    last: np.ndarray  # int64, the last word (inclusive)

    def take(self, chosen: np.ndarray) -> Matches:
        """Some of the matches."""
        return Matches(*(column[chosen] for column in vars(self).values()))


def match(themes: tuple[Theme, ...], tokens: Tokens) -> Matches:
    """All matches of all themes.

    Within a theme the longest wins, then the pattern written first, and overlaps count once;
    a hit inside one of the theme's exclusions does not count. Themes do not see each other. A
    theme with sub-themes finds all that these find.

    >>> from crosscurrents.core.tokens import tokenise
    >>> gas = Theme("energy", "", (Pattern.parse("gas"), Pattern.parse("gas field*")))
    >>> found = match((gas,), tokenise([["Gas fields, gas-fired plants."]]))
    >>> found.pattern.tolist(), found.first.tolist(), found.last.tolist()
    ([1, 0], [0, 2], [1, 2])
    """
    scopes = [(t, *scope) for t, theme in enumerate(themes) for scope in theme.scopes()]
    every = [(s, k, p) for s, (_, own, _) in enumerate(scopes) for k, p in own.items()]
    every += [(s, -1, p) for s, (_, _, excluded) in enumerate(scopes) for p in excluded]
    if not every or not len(tokens.words.ids):
        return Matches(*np.zeros((4, 0), np.int64))
    scope_of, pattern_of, patterns = zip(*every)
    which, start = _find(patterns, tokens)
    scope, pattern = np.array(scope_of)[which], np.array(pattern_of)[which]
    theme = np.array([t for t, _, _ in scopes])[scope]
    length = np.array([len(p.parts) for p in patterns])[which]
    end, word, excluded = start + length, tokens.parts.word, pattern < 0
    found = Matches(theme, pattern, word[start], word[end - 1])
    # Places of parts as single numbers, each theme (or scope of exclusions) behind the one before.
    size = len(word) + 1
    inside = (start + scope * size, end + scope * size)
    hidden = _inside(*inside, *(edge[excluded] for edge in inside)) | excluded
    start, end = start + theme * size, end + theme * size
    order = np.lexsort((pattern, -length, start))
    order = order[~hidden[order]]
    return found.take(order[_leftmost(start[order], end[order])])


def _inside(start: np.ndarray, end: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which stretches lie inside one of others."""
    if not len(begins):
        return np.zeros(len(start), bool)
    order = np.argsort(begins, kind="stable")
    reach = np.maximum.accumulate(ends[order])
    at = owners(begins[order], start)
    return (at >= 0) & (reach[at] >= end)


def _leftmost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which of some stretches in order are kept, from left to right, without an overlap."""
    kept, until = [], -1
    for place, (begin, stop) in enumerate(zip(start.tolist(), end.tolist())):
        if begin >= until:
            kept.append(place)
            until = stop
    return np.array(kept, np.int64)


def _find(patterns: tuple[Pattern, ...], tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Where patterns match, overlaps and all: which pattern, and the part where each begins."""
    text, texts = tokens.parts, tokens.table.parts.texts
    elements = _members({part for p in patterns for part in p.parts}, texts)
    firsts = [elements[p.parts[0]] for p in patterns]
    opening = np.concatenate(firsts)  # distinct parts, with the patterns that each begins
    by_part = np.repeat(np.arange(len(patterns)), [len(f) for f in firsts])
    by_part = by_part[np.argsort(opening, kind="stable")]
    counts = np.bincount(opening, minlength=len(texts))
    begins = np.cumsum(counts) - counts
    start = np.flatnonzero((counts > 0)[text.ids])
    part = text.ids[start]
    which = by_part[runs(begins[part], counts[part])]
    start = np.repeat(start, counts[part])
    sizes = np.array([len(p.parts) for p in patterns])
    for step in range(1, sizes.max()):
        longer = np.flatnonzero(sizes[which] > step)
        keep = np.ones(len(which), bool)
        keep[longer] = _fits(step, which[longer], start[longer] + step, patterns, elements, text)
        which, start = which[keep], start[keep]
    strict = [p.whole or p.tail or not {*p.gaps} <= {*PLAIN_GAPS} for p in patterns]
    keep = ~np.array(strict, bool)[which]
    for i in np.flatnonzero(~keep).tolist():
        keep[i] = _exact(patterns[which[i]], int(start[i]), tokens)
    return which[keep], start[keep]


def _fits(step: int, which, place, patterns, elements, text: TextParts) -> np.ndarray:
    """Whether the part at a place agrees with the part of a pattern, and what is before it."""
    longer = [k for k, p in enumerate(patterns) if len(p.parts) > step]
    size = int(text.ids.max()) + 1
    wanted = np.array([p.gaps[step] if len(p.parts) > step else "" for p in patterns])[which]
    inside, place = place < len(text.ids), np.minimum(place, len(text.ids) - 1)
    gap = text.gap[place]
    fits = np.where(wanted == " ", gap != SIGN, np.where(wanted == "-", gap == JOINED, gap == SIGN))
    allowed = [k * size + elements[patterns[k].parts[step]] for k in longer]
    return inside & fits & np.isin(which * size + text.ids[place], np.concatenate(allowed))


def _members(wanted: set[str], texts: pa.StringArray) -> dict[str, np.ndarray]:
    """The distinct parts of the text that each part of a pattern matches."""
    folded = {word: fold(word) for word in wanted if "*" not in word}
    sought = [*dict.fromkeys(folded.values())]
    place = pc.index_in(pa.array(sought, pa.string()), value_set=texts).to_pylist()
    known = {text: at for text, at in zip(sought, place) if at is not None}
    found = {w: np.array([known[f]] if f in known else [], np.int64) for w, f in folded.items()}
    globs = [word for word in wanted if "*" in word]
    return found | (_glob_members(globs, pc.utf8_lower(texts)) if globs else {})


def _glob_members(globs: list[str], lower: pa.StringArray) -> dict[str, np.ndarray]:
    """The distinct parts of the text that patterns with `*` match."""
    heads = _heads(lower)
    order = np.argsort(heads)
    heads = heads[order]
    found = {}
    for glob in globs:
        pieces = glob.lower().split("*")
        prefix = pieces[0].encode()[:HEAD]
        if prefix:
            low, high = (int.from_bytes(prefix.ljust(HEAD, fill)) for fill in (b"\0", b"\xff"))
            first = np.searchsorted(heads, np.uint64(low))
            places = order[first : np.searchsorted(heads, np.uint64(high), side="right")]
        else:
            places = np.flatnonzero(as_mask(pc.match_substring(lower, max(pieces, key=len))))
        if pieces[1:] != [""] or len(pieces[0].encode()) > HEAD:  # more than a prefix
            rule = re.compile(".*".join(map(re.escape, pieces)), re.S)
            texts = lower.take(pa.array(places)).to_pylist()
            places = places[[rule.fullmatch(text) is not None for text in texts]]
        found[glob] = places
    return found


def _heads(texts: pa.StringArray) -> np.ndarray:
    """The first bytes of texts as numbers in the order of the texts."""
    padded = pc.ascii_rpad(texts, HEAD, "\0").cast(pa.binary())
    heads = pc.binary_slice(padded, 0, HEAD)
    return np.frombuffer(heads.buffers()[2] or b"", ">u8", len(heads)).astype(np.uint64)


def _exact(pattern: Pattern, start: int, tokens: Tokens) -> bool:
    """What only few patterns ask of a hit: whole words spelled so, and signs between parts.

    Hit by hit, in the text as written; `start` is the part where the hit begins.
    """
    words, word = tokens.words, tokens.parts.word
    end = start + len(pattern.parts)
    first, last = int(word[start]), int(word[end - 1])
    sentence = int(owners(words.sentences, first))
    opens = int(words.sentences[sentence])
    signs = _signs(sentence, tokens)
    ends_word = end == len(word) or word[end] != last
    if pattern.tail and not (ends_word and signs[last + 1 - opens].startswith(pattern.tail)):
        return False
    if pattern.whole:
        spelled = tokens.table.spelled.take(pa.array(words.ids[first : last + 1]))
        text = " ".join(spelled.to_pylist())
        want = "".join(gap + part for gap, part in zip(pattern.gaps, pattern.parts))
        same = text == want or (first == opens and _uncapped(text) == _uncapped(want))
        begins_word = start == 0 or word[start - 1] != first
        if not (begins_word and ends_word and same):
            return False
    for gap, place in zip(pattern.gaps, word[start:end].tolist()):
        if gap not in PLAIN_GAPS:
            crosses = place - opens >= len(signs) - 1  # into the next sentence
            if crosses or not signs[place - opens].endswith(gap):
                return False
    return True


def _signs(sentence: int, tokens: Tokens) -> list[str]:
    """The signs, without blanks, before each word of a sentence, and those behind the last."""
    signs, rest = [], ""
    for piece in tokens.ids[slice(*tokens.sentences[sentence : sentence + 2])].tolist():
        found, after = read_piece(tokens.pieces[piece].as_py())
        for word in found:
            signs.append(rest + word.before)
            rest = ""
        rest += after
    return [*signs, rest]


def _uncapped(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True)
class Denial:
    """What denies the hits of one scale: its cues, and the names of the poles' themes.

    `poles` are the names of the two poles' themes, `denied` the names for their denied hits.
    """

    poles: tuple[str, str]
    before: tuple[Pattern, ...]  # cues that stand before what they deny
    behind: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...] = ()  # what only looks like a cue: "no doubt", "not only"

    @property
    def denied(self) -> tuple[str, str]:
        """Names of the themes that take the denied hits."""
        return tuple(f"{pole} denied" for pole in self.poles)


def match_with_denials(
    themes: tuple[Theme, ...], denials: tuple[Denial, ...], tokens: Tokens
) -> Matches:
    """All matches of all themes; a denied one counts for the theme of the denied hits.

    >>> from crosscurrents.core.tokens import tokenise
    >>> near, far = (Pattern.parse("closer"),), (Pattern.parse("rivals"),)
    >>> denial = Denial(("near", "far"), (Pattern.parse("hardly"),), ())
    >>> poles = Theme("near", "", near), Theme("far", "", far)
    >>> twins = Theme("near denied", "", near), Theme("far denied", "", far)
    >>> text = tokenise([["They are hardly any closer. Closer, though hardly, they are rivals."]])
    >>> match_with_denials((*poles, *twins), (denial,), text).theme.tolist()
    [0, 1, 2]
    """
    names = [theme.name for theme in themes]
    twins = {name for denial in denials for name in denial.denied}
    sought = [Theme(t.name, "") if t.name in twins else t for t in themes]
    cues = [Theme("", "", cues, d.exclusions) for d in denials for cues in (d.before, d.behind)]
    found = match((*sought, *cues), tokens)
    clause = _clauses(tokens)
    theme = found.theme.copy()
    for k, denial in enumerate(denials):
        before, behind = (found.theme == len(themes) + 2 * k + side for side in (0, 1))
        for pole, denied in zip(denial.poles, denial.denied):
            at = np.flatnonzero(found.theme == names.index(pole))
            hits = found.first[at], found.last[at]
            near = _denied(*hits, found.last[before], found.first[behind], clause)
            theme[at[near]] = names.index(denied)
    order = np.argsort(theme, kind="stable")
    order = order[theme[order] < len(themes)]
    return Matches(theme, found.pattern, found.first, found.last).take(order)


def _clauses(tokens: Tokens) -> np.ndarray:
    """The number of each word's clause: punctuation parts clauses, quotation marks alone do not."""
    words = tokens.words
    parts = words.gap == SIGN  # a sentence's first word has one before it
    begins = np.zeros(len(parts) + 1, bool)
    begins[words.sentences] = True
    at = np.flatnonzero(parts & ~begins[:-1])
    left, right = words.piece[at - 1], words.piece[at]
    used, place = np.unique(np.asarray(tokens.ids)[[left, right]], return_inverse=True)
    pieces = tokens.pieces.take(pa.array(used))
    closed, opened = (
        as_mask(pc.match_substring_regex(pieces, rule))[side]
        for rule, side in zip((CLOSED, OPENED), place.reshape(2, -1))
    )
    parts[at[closed & opened & (right == left + 1)]] = False
    return np.cumsum(parts)


def _denied(first, last, before, behind, clause) -> np.ndarray:
    """Whether each hit has a cue close enough before its first or behind its last word."""
    cue = np.append(np.sort(before), -1)[np.searchsorted(np.sort(before), first) - 1]
    near = (cue >= 0) & (first - cue - 1 <= REACH) & (clause[cue] == clause[first])
    place = np.searchsorted(np.sort(behind), last, side="right")
    cue = np.append(np.sort(behind), len(clause) + REACH + 1)[place]
    same = clause[np.minimum(cue, len(clause) - 1)] == clause[last]
    return near | ((cue - last - 1 <= REACH) & same)

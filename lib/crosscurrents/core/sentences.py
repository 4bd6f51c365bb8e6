"""Where the sentences of a paragraph begin: sentencex, and what it does not see.

sentencex keeps a quotation or a bracket in one sentence. Here the sentences inside count one by
one: marks are hidden from it as blanks, and a mark goes with the sentence that it opens.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import sentencex

from crosscurrents.core.languages import CODES, LANGUAGES, language_code

# Marks that a sentence may begin or end under. Both of a pair: sentencex takes what follows an
# opening bracket that never closes for one sentence.
HIDDEN = '"“”„«»()[]‘'
# Hidden only where a sentence ends or begins: elsewhere they are apostrophes.
SINGLE, OPENING = re.compile(r"([.!?…])(['’]+)"), re.compile(r"([.!?…]\s+)['’](?=\w)")
ENDS_WITHOUT_BLANK = "。！？｡．…"  # elsewhere a cut inside a piece (`anti-U.S.`) is a mistake
# What sentencex takes for no blank, though `str.split` does; and halves of a character pair.
WIDE_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
SURROGATES = re.compile("[\ud800-\udfff]")
BETWEEN = re.compile(r"[\s\"“”„«»()\[\]'‘’–—-]*")  # between a cut and the next word
WORD = re.compile(r"[^\W\d_]+")
# The number of a note after a full stop, but not `Fig.3`; or a number in brackets or superscript.
NOTE = r"(?<=[^\W\d_]{3}[.!?])(?<!Fig\.)(?<!Vol\.)(?<!Art\.)(?<!Sec\.)(?<!Nos\.)"
MARKED = r"(?:(?:\[\d{1,3}\])+|[¹²³⁰⁴-⁹]+|[*†‡]+)"
NUMBERS = r"\d{1,3}(?:[,–-]\d{1,3})*"
NOTED = rf"(?:{NOTE}[\"”’»)\]]*{NUMBERS}|[\"”’»)]*{MARKED})"
NOTE_DIGITS = re.compile(
    rf"([.!?]{NOTE}[\"”’»)\]]*){NUMBERS}(?=\s*$)|(?<=[.!?\"”’»)]){MARKED}(?=\s*$)"
)
# Ends of sentences before a capital that sentencex misses.
MORE_ENDS = re.compile(r"[…!?](?:(?<=…)|[!?]+)\s+")
NOTED_END, NOTED_MARK = re.compile(rf"\.{NOTED}\s+"), re.compile(rf"[!?]{NOTED}\s+")
TIME = re.compile(r"\b[ap]\.\s?m\.\s*$")  # goes on before a day or a place
STATE = re.compile(r"\.(?<=[A-Z]\.)[A-Z]\.\s+")  # as `the U.S.`, goes on before a name
# Words that begin a sentence and no name.
OPENERS = frozenset(
    "a after all although an and as at before both but during each every everybody everyone for he "
    "her here his how however if in is it its it's later many meanwhile most my no nobody not now "
    "on our several she since so some that the their then there these they this those though "
    "until was we were what when where while who why with yet you your".split()
)
HYPHENED = re.compile(r"[^\W\d_]+\.-[^\W\d_]+\.")  # J.-P., Dipl.-Ing.
QUOTED_END = re.compile(r"\.([\"”])\s+")  # ends one also behind an abbreviation (`the U.S.”`)
OMITTED = re.compile(r"(?:…|\.{3,}|\.(?: \.){2,})[\"”’)\]]*(?:\s|$)")  # behind a sentence
# A German ordinal: behind an article or a preposition, or before a month.
ORDINAL = re.compile(
    r"(?i:\b(?:am|ab|an|bis|der|die|das|dem|den|des|ein\w*|vom|vor|nach|zum|zur|im|beim|seit)\s+)"
    r"\d{1,3}\.\s*$"
)
COUNTED = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember "
    "jahrhundert jahrhunderts geburtstag weltkrieg mal".split()
)
ENUMERATED = re.compile(r"\s*\(?(?:\d{1,2}|[A-Za-z]|[ivx]{2,4})[.)]\s*")  # `1.`, `(a)` of a list
LISTED = 6  # characters that such a number has at most
# Who asks, behind the question: `"Why?" Rek asked.`, but not `"Why?" Rek asked for more.`
QUOTED = re.compile(r"[!?…][\"”’]\s+$")
REPORTED = re.compile(
    r"(?!(?:He|She|It|They|We|You)\b)[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){0,3}(?:,[^,.!?]{1,60},)?\s"
    r"(?:added|answered|asked|called|cried|exclaimed|joked|replied|said|shouted|told|whispered"
    r"|wondered|wrote|yelled)\b"
    r"(?!\s(?:[a-z]*thing|[a-z]+sel(?:f|ves)|for|he|how|if|it|she|that|they|what|why|whether)\b)"
)
AROUND = 20  # characters before a cut that these look at
# Of a list of abbreviations: a language, or any, and whether its words count before numbers only.
ANY = "any"
HEAD = re.compile(r"\[\s*([\w-]+)\s*(,\s*before a number\s*)?\]")
CLOSING, OPENING_MARKS, APOSTROPHE = "”»)]", "\"'“„«‘([", re.compile("['’]")


def split_sentences(text: str, language: str = "en", *, abbreviations: str = "") -> list[str]:
    """The sentences of a paragraph, those inside quotations one by one.

    `abbreviations` are further ones whose stop ends no sentence, as `read_abbreviations` takes
    them.

    >>> split_sentences('He said: "It works. It is good." Then Mr. Smith left.')
    ['He said: "It works.', 'It is good."', 'Then Mr. Smith left.']
    >>> split_sentences("“Stop!” she cried. “It is late.” It was 5 p.m. Monday.")
    ['“Stop!” she cried.', '“It is late.”', 'It was 5 p.m. Monday.']
    """
    text = readable(text)
    starts = sentence_starts(text, language, abbreviations)
    parts = (text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)]))
    return [part for part in parts if part]


def readable(text: str) -> str:
    """A text without what sentencex and Arrow cannot read, each character in its place."""
    if text.isascii() or text.isprintable():
        return text
    return SURROGATES.sub("\ufffd", WIDE_SPACES.sub(" ", text))


def without_note(sentence: str) -> str:
    """A sentence without the number of a note, or several, at its end.

    >>> without_note("The dam is late.1 ")
    'The dam is late. '
    """
    last = sentence.rstrip()[-1:]
    return NOTE_DIGITS.sub(r"\1", sentence) if last.isdigit() or last == "]" else sentence


def sentence_starts(text: str, language: str = "en", abbreviations: str = "") -> list[int]:
    """Where sentences begin in a paragraph, ascending; the first at 0.

    The text is `readable`; `language` is any tag, see `language_code`.
    """
    masked, code = text, language_code(language)
    known = abbreviations_of(code, abbreviations)
    for mark in HIDDEN:
        masked = masked.replace(mark, " ")
    if "'" in masked or "’" in masked:
        masked = SINGLE.sub(lambda run: run[1] + " " * len(run[2]), masked)
        masked = OPENING.sub(r"\1 ", masked)
    ends = [*accumulate(map(len, sentencex.segment(code, masked)))]
    more = [*NOTED_END.finditer(text)]
    if "!" in text or "?" in text or "…" in text:
        more += [*MORE_ENDS.finditer(masked), *NOTED_MARK.finditer(text)]
    more += [f for f in STATE.finditer(text) if _opener(WORD.match(text, f.end()))]
    if code == "en":
        more += [f for f in QUOTED_END.finditer(text) if _is_phrase(text, f)]
    capital = [f.end() for f in more if text[BETWEEN.match(text, f.end()).end() :][:1].isupper()]
    starts = [0]
    for end in sorted({*ends, *capital}) if capital else ends:
        cut = end if masked == text else _before_marks(text, masked, end)
        if starts[-1] < cut < len(text) and _ends_sentence(text, starts[-1], cut, code, known):
            starts.append(cut)
    return starts


def _before_marks(text: str, masked: str, end: int) -> int:
    """A cut put before the marks that open the next sentence."""
    cut = end
    while cut and masked[cut - 1] == " " != text[cut - 1]:
        cut -= 1
    if text[cut - 1 : cut] in ENDS_WITHOUT_BLANK and cut < end:
        # Nothing but marks between two sentences: those before an opening one close the first.
        return max(text.rfind(mark, cut, end) for mark in "“„«([") if end < len(text) else end
    before = text[:cut].rstrip() if text[cut - 2 : cut - 1] == "«" else ""
    if before[-2:-1].isspace():  # French puts a blank behind the mark
        return len(before) - 1
    return cut


def _ends_sentence(text: str, start: int, cut: int, code: str, known: Abbreviations) -> bool:
    """Whether a sentence that begins at `start` really ends before a cut."""
    if not text[cut - 1].isspace() and text[cut - 1] not in ENDS_WITHOUT_BLANK + CLOSING:
        return False
    begins = BETWEEN.match(text, cut).end()
    if begins == len(text) or text[begins].islower():
        return False
    before = text[max(cut - AROUND, 0) : cut]
    last = (before.split() or [""])[-1].lstrip(OPENING_MARKS)
    listed = len(last) <= LISTED and ENUMERATED.fullmatch(text, start, cut)
    if listed or (text[begins] in ".…" and OMITTED.match(text, begins)):
        return False
    if last.endswith("."):
        name = APOSTROPHE.split(last[:-1])[-1] if "'" in last or "’" in last else last[:-1]
        if name in known.always or (text[begins].isdigit() and name in known.numbered):
            return False
        if name[-1:] in ("m", "M") and TIME.search(before):
            return _opener(WORD.match(text, begins))
        if code == "de" and name.isdigit() and len(name) < 4:
            word = WORD.match(text, begins)
            return not (ORDINAL.search(before) or (word and word[0].lower() in COUNTED))
        return not (".-" in last and HYPHENED.fullmatch(last))
    if code == "en" and cut == begins and QUOTED.search(before):
        return not REPORTED.match(text, begins)
    return True


def _opener(word: re.Match | None) -> bool:
    return word is not None and word[0].lower() in OPENERS and word[0][0].isupper()


def _is_phrase(text: str, closing: re.Match) -> bool:
    """Whether the quotation that ends here has several words: a single one may be a title."""
    opening = text.rfind("“" if closing[1] == "”" else '"', 0, closing.start())
    return opening >= 0 and len(text[opening : closing.start()].split()) > 1


class Abbreviations(NamedTuple):
    """Words, without their last stop, that end no sentence: never, or not before a number."""

    always: frozenset[str]
    numbered: frozenset[str]


@cache
def abbreviations_of(language: str, more: str = "") -> Abbreviations:
    """The abbreviations of a language (code of two letters), ours and `more` of the same form.

    Raises ValueError, with the line, for a list of another form.

    >>> found = abbreviations_of("fr", more="[fr, before a number]\\nann")
    >>> "Mlle" in found.always, "ann" in found.numbered, "Ann" in found.numbered
    (True, True, True)
    """
    own = Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8")
    known = [*read_abbreviations(own), *read_abbreviations(more)]
    groups = {False: set(), True: set()}
    for code, numbered, word in known:
        if code in (ANY, language):
            groups[numbered] |= {word, word[0].upper() + word[1:]}
    return Abbreviations(frozenset(groups[False]), frozenset(groups[True]))


def read_abbreviations(text: str) -> list[tuple[str, bool, str]]:
    """Language, whether only before a number, and abbreviation of a list, in its order.

    >>> read_abbreviations("[de, before a number]\\nZiff  # as in laws")
    [('de', True, 'Ziff')]
    >>> read_abbreviations("Ziff")
    Traceback (most recent call last):
    ValueError: line 1: 'Ziff' has no heading above it; write a language first, such as [en]
    """
    found, head = [], None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            head = _head(line, number)
            continue
        if line and head is None:
            raise ValueError(
                f"line {number}: {line!r} has no heading above it; write a language first, "
                "such as [en]"
            )
        found += [(*head, word.removesuffix(".")) for word in line.split()]
    return found


def _head(line: str, number: int) -> tuple[str, bool]:
    match = HEAD.fullmatch(line)
    name = match[1].lower() if match else ""
    if not match or not (name == ANY or name.split("-")[0] in CODES | LANGUAGES):
        raise ValueError(
            f"line {number}: {line!r} is no heading; write a language such as [en] or [any], "
            "or [en, before a number]"
        )
    return ANY if name == ANY else language_code(name), bool(match[2])

"""Where the sentences of a paragraph begin: sentencex, and what it does not see.

sentencex keeps a quotation or a bracket in one sentence. Here the sentences inside count one by
one: marks are hidden from it as blanks, and a mark goes with the sentence that it opens.
"""

from __future__ import annotations

import re
from itertools import accumulate

import sentencex

from crosscurrents.core.languages import language_code
from crosscurrents.core.pieces import SURROGATES
from crosscurrents.core.words import FUNCTION_WORDS

# Marks that a sentence may begin or end under. Both of a pair: sentencex takes what follows an
# opening bracket that never closes for one sentence.
HIDDEN = '"“”„«»()[]'
SINGLE = re.compile("(?<=[.!?…])['’]+")  # hidden only behind what ends a sentence
ENDS_WITHOUT_BLANK = "。！？｡．…"  # elsewhere a cut inside a piece (`anti-U.S.`) is a mistake
# What sentencex takes for no blank, though `str.split` does; and halves of a character pair.
WIDE_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
UNREADABLE = re.compile(f"{WIDE_SPACES.pattern[:-1]}{SURROGATES.pattern[1:]}")
BETWEEN = re.compile(r"[\s\"“”„«»()\[\]'‘’–—-]*")  # between a cut and the next word
WORD = re.compile(r"[^\W\d_]+")
# The number of a note behind a stop, but not that of `Fig.3`.
NOTE = r"(?<=[^\W\d_]{3}[.!?])(?<!Fig\.)(?<!Vol\.)(?<!Art\.)(?<!Sec\.)(?<!Nos\.)"
NOTE_DIGITS = re.compile(rf"([.!?]{NOTE}[\"”’)\]]*)\d{{1,3}}(?=\s*$)")
# What ends a sentence before a capital, though sentencex does not say so.
MORE_ENDS = re.compile(r"[.!?…](?:(?<=\S…)|(?<=[!?])[!?]+)\s+")
NOTED_END = re.compile(rf"[.!?]{NOTE}[\"”’»)\]]*\d{{1,3}}\s+")
TIME = re.compile(r"\b[ap]\.\s?m\.\s*$")  # goes on before a day or a place
NUMBERED = re.compile(r"\b(?:Vol|Nos?|Nr|Bd|Fig|Art|pp?)\.\s*$")  # goes on before a digit
# What stands before a cut that is none, by language.
NO_END = {
    "fr": re.compile(r"\bMM?\.\s*$"),
    "de": re.compile(r"\b(?:am|der|die|das|dem|den|des|vom|zum|im|beim|seit)\s+\d{1,2}\.\s*$"),
}
AROUND = 20  # characters before a cut that these look at
CLOSING = "”»)]"


def split_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a paragraph, those inside quotations one by one.

    >>> split_sentences('He said: "It works. It is good." Then Mr. Smith left.')
    ['He said: "It works.', 'It is good."', 'Then Mr. Smith left.']
    >>> split_sentences("“Stop!” she cried. “It is late.” It was 5 p.m. Monday.")
    ['“Stop!” she cried.', '“It is late.”', 'It was 5 p.m. Monday.']
    """
    text = readable(text)
    starts = sentence_starts(text, language)
    parts = (text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)]))
    return [part for part in parts if part]


def readable(text: str) -> str:
    """A text without what sentencex and Arrow cannot read, each character in its place."""
    if text.isascii() or not UNREADABLE.search(text):
        return text
    return SURROGATES.sub("\ufffd", WIDE_SPACES.sub(" ", text))


def without_note(sentence: str) -> str:
    """A sentence without the number of a note at its end.

    >>> without_note("The dam is late.1 ")
    'The dam is late. '
    """
    return NOTE_DIGITS.sub(r"\1", sentence) if sentence.rstrip()[-1:].isdigit() else sentence


def sentence_starts(text: str, language: str = "en") -> list[int]:
    """Where sentences begin in a paragraph, ascending; the first at 0.

    The text is `readable`; `language` is any tag, see `language_code`.
    """
    masked, code = text, language_code(language)
    for mark in HIDDEN:
        masked = masked.replace(mark, " ")
    if "'" in masked or "’" in masked:
        masked = SINGLE.sub(lambda run: " " * len(run[0]), masked)
    ends = [*accumulate(map(len, sentencex.segment(code, masked)))]
    more = [found.end() for found in (*MORE_ENDS.finditer(masked), *NOTED_END.finditer(text))]
    capital = [end for end in more if text[BETWEEN.match(text, end).end() :][:1].isupper()]
    starts = [0]
    for end in sorted({*ends, *capital}) if capital else ends:
        cut = _before_marks(text, masked, end)
        if starts[-1] < cut < len(text) and _ends_sentence(text, cut, code):
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


def _ends_sentence(text: str, cut: int, code: str) -> bool:
    """Whether a sentence really ends before a cut."""
    if not text[cut - 1].isspace() and text[cut - 1] not in ENDS_WITHOUT_BLANK + CLOSING:
        return False
    begins = BETWEEN.match(text, cut).end()
    if text[begins : begins + 1].islower():
        return False
    before = text[max(cut - AROUND, 0) : cut]
    if TIME.search(before):
        word = WORD.match(text, begins)
        return word is not None and word[0].lower() in FUNCTION_WORDS
    if text[begins : begins + 1].isdigit() and NUMBERED.search(before):
        return False
    return code not in NO_END or not NO_END[code].search(before)

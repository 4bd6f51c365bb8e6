"""Where the sentences of a paragraph begin: sentencex, and what it does not see.

sentencex keeps a quotation or a bracket in one sentence. Here the sentences inside count one by
one: marks are hidden from it as blanks, and a mark goes with the sentence that it opens.
"""

from __future__ import annotations

import re

import sentencex

from crosscurrents.core.pieces import SURROGATES

# Marks that a sentence may begin or end under. Both of a pair: sentencex takes what follows an
# opening bracket that never closes for one sentence.
HIDDEN = '"“”„«»()[]'
SINGLE = re.compile("(?<=[.!?…])['’]+")  # hidden only behind what ends a sentence
ENDS_WITHOUT_BLANK = "。！？｡．…"  # elsewhere a cut inside a piece (`anti-U.S.`) is a mistake
# What sentencex takes for no blank, though `str.split` does; and halves of a character pair.
WIDE_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
UNREADABLE = re.compile(f"{WIDE_SPACES.pattern[:-1]}{SURROGATES.pattern[1:]}")
DASHED = re.compile(r"\s*[-–—]+\s*[a-z]")  # the sentence goes on behind it


def split_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a paragraph, those inside quotations one by one.

    >>> split_sentences('He said: "It works. It is good." Then Mr. Smith left.')
    ['He said: "It works.', 'It is good."', 'Then Mr. Smith left.']
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


def sentence_starts(text: str, language: str = "en") -> list[int]:
    """Where sentences begin in a paragraph, ascending; the first at 0.

    The text is readable; `language` is a code of two letters.
    """
    masked = text
    for mark in HIDDEN:
        masked = masked.replace(mark, " ")
    if "'" in masked or "’" in masked:
        masked = SINGLE.sub(lambda run: " " * len(run[0]), masked)
    starts, end = [0], 0
    for part in sentencex.segment(language, masked)[:-1]:
        end += len(part)
        cut = end
        while cut and masked[cut - 1] == " " != text[cut - 1]:
            cut -= 1  # marks open the next sentence
        if starts[-1] < cut < len(text) and not DASHED.match(text, cut):
            if text[cut - 1].isspace() or text[cut - 1] in ENDS_WITHOUT_BLANK:
                starts.append(cut)
    return starts

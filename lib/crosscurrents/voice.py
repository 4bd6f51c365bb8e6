"""Which stretches of a text are quotation: marks, nested marks, block quotations.

A text does not say who speaks; typography does, and imperfectly. The rules stand in
`quoted_spans`; what they cannot see (reported speech, quotations without marks) stays own voice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

OPENERS = {"“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "‹": "›", "‘": "’", "‚": "‘’"}
MARK = re.compile(r"[\"“”„‟«»‹›‘’‚']")
BEFORE_OPEN = re.compile(r"[\s(\[{—–\-/\"“”„«»‹›‘’‚']")  # what may stand before an opening mark
NOT_A_QUOTE = re.compile(r"['’‘](?:\d0s\b|em\b|tis\b|twas\b|til\b|cause\b|n['’])", re.I)
SAYS = re.compile(
    r"\b(?:say|state|write|read|declare|add|argue|note|conclude|explain|warn|announce|claim|reply|observe)"
    r"(?:s|d|ed)?\s*:\s*\Z|\b(?:said|wrote|written|read|replied|as follows)\b[^.:]*:\s*\Z"
)
MENTION = 3  # words: scare quotes, titles and nicknames are rarely longer, statements rarely shorter
Spans = list[tuple[int, int]]


def quoted_spans(paragraphs: Sequence[str], kinds: Sequence[str] | None = None) -> list[Spans]:
    """Where each paragraph of one document is quotation, as (start, end) character places.

    `kinds` are the paragraphs' kinds as cleaning gives them ("quotation" is a block quotation).
    A paragraph without marks of its own that follows "... states:" or "... wrote:" is a block
    quotation too. An unclosed double mark runs to the paragraph's end.

    >>> text = 'He said: "We will not sign this." The "deal" is off.'
    >>> [[text[a:b] for a, b in spans] for spans in quoted_spans([text])]
    [['We will not sign this.']]
    """
    kinds = kinds or ["text"] * len(paragraphs)
    result = []
    for i, (text, kind) in enumerate(zip(paragraphs, kinds)):
        introduced = i > 0 and kind == "text" and bool(SAYS.search(paragraphs[i - 1]))
        if kind == "quotation" or (introduced and text[:1] not in OPENERS and text[:1] != '"'):
            result.append([(0, len(text))])
        elif MARK.search(text):
            result.append([s for s in _marked(text) if not _mention(text, *s)])
        else:
            result.append([])
    return result


def _marked(text: str) -> Spans:
    """Outermost spans between marks; single marks need both ends, double ones may stay open."""
    spans: Spans = []
    stack: list[tuple[str, int]] = []  # (marks that close it, where the quotation begins)
    marks = list(MARK.finditer(text))
    for i, match in enumerate(marks):
        mark, at = match[0], match.start()
        closing = next((k for k in range(len(stack) - 1, -1, -1) if mark in stack[k][0]), None)
        if closing is not None and _closes(text, at, marks[i + 1 :]):
            start = stack[closing][1]
            del stack[closing:]
            if not stack:
                spans.append((start, at))
        elif _opens(text, at, marks[i + 1 :]):
            stack.append((_closers(mark), at + 1))
    if stack:  # unclosed: a single mark was an apostrophe, a double one runs on
        spans += [(start, len(text)) for closers, start in stack[:1]]
    return spans


def _closers(mark: str) -> str:
    if mark in "'‘":
        return "'’"
    return '"”“' if mark == '"' else "”" if mark == "”" else OPENERS[mark] + ('"' if mark == "“" else "")


def _closes(text: str, at: int, later: list[re.Match]) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not before or before.isspace():
        return False
    if text[at] not in "'’‘":
        return True
    if after.isalnum():
        return False
    possessive = before in "sS" and after == " " and text[at + 2 : at + 3].islower()
    return not (possessive and _closer_follows(text, later))


def _closer_follows(text: str, later: list[re.Match]) -> bool:
    """Whether a single mark that can close comes before one that can open."""
    for match in later:
        at = match.start()
        if match[0] in "'’" and text[at - 1] not in " \t" and not text[at + 1 : at + 2].isalnum():
            return True
        if match[0] in "‘":
            return False
    return False


def _opens(text: str, at: int, later: list[re.Match]) -> bool:
    mark, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not after or after.isspace():
        return False
    if mark in "“„‟«‹":
        return True
    if before and not BEFORE_OPEN.match(before):
        return False  # an apostrophe, an inch mark, a stray closing mark
    if mark in "'‘’‚":
        return not NOT_A_QUOTE.match(text, at) and mark != "’" and _closer_follows(text, later)
    return mark in '"”»›'


def _mention(text: str, start: int, end: int) -> bool:
    """Three words or fewer that are no sentence of their own."""
    inside = text[start:end].strip()
    if len(inside.split()) > MENTION:
        return False
    sentence = inside[:1].isupper() and re.search(r"[.!?]['’]?\Z", inside)
    introduced = re.search(r"(?:\A|[.,:;!?—–]\s*)[\"“„«‘']?\Z", text[:start])
    return not (sentence and introduced)

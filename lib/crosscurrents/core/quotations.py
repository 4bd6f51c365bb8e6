"""Which stretches of a text are quotation: marks, nested marks, block quotations.

A text does not name the speaker of each word; typography does, imperfectly. The rules are in
`quoted_spans`; what they cannot see (reported speech, quotations without marks) stays own voice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SINGLE = "'’‘‚"
# Marks, but not the apostrophes inside of words.
MARK = re.compile(r"[\"“”„‟«»‹›'‘’‚](?:(?<!['’])|(?!\w)|(?<!\w.))")
OPENERS = {  # opening mark -> marks that close it
    "“": "”\"“", "„": "“”\"", "‟": "”", "«": "»", "»": "«", "‹": "›", "›": "‹", "”": "”",
    '"': '"”“', "‘": "'’", "'": "'’", "‚": "‘’'",
}  # fmt: skip
BEFORE_OPEN = re.compile(r"[\s(\[{—–\-/\"“”„‟«»‹›‘’‚'…]")  # what may stand before an opening mark
NOT_A_QUOTE = re.compile(r"['’‘](?:\d0s\b|em\b|tis\b|twas\b|til\b|cause\b|n['’])", re.I)
INTRODUCES = re.compile(
    r"\b(?:say|state|write|read|declare|add|argue|note|conclude|explain|warn|announce|claim|reply"
    r"|observe|continue)(?:s|d|ed)?\s*:|\b(?:said|wrote|written|replied|replies)\b[^.:]{0,60}:"
    r"|\b(?:say|said|state|read|run|go|wrote)\w* as follows\s*:"
)
SAYING = re.compile(  # behind a quotation: "...," he said; "...", said the minister
    r"[\"”’»'“]*,?\s+(?:[\w.'’-]+\s+){0,5}?(?:said|says|say|asked|asks|replied|replies|added|adds"
    r"|answered|answers|wrote|writes|cried|shouted|told|insisted|repeated|declared|warned)\b"
)
SAID = re.compile(
    r"\b(?:said|says|wrote|writes|argue[sd]|state[sd]|declare[sd]|insist(?:s|ed)|claim(?:s|ed)"
    r"|maintain(?:s|ed)|according to)\b"
)
BLOCK = 64  # signs at the end of a paragraph that introduces a block quotation
MENTION = 3  # words: scare quotes, titles, nicknames are rarely longer, statements rarely shorter
MARKS_BEFORE = 3  # marks and blanks that may stand between a clause's end and a quotation
ENDS_CLAUSE = frozenset(".,:;!?—–")
DEEP = 8  # quotations inside each other; what nests deeper is no quotation
AHEAD = 50  # marks that are looked at for one that closes
Spans = list[tuple[int, int]]


def quoted_spans(paragraphs: Sequence[str], kinds: Sequence[str] | None = None) -> list[Spans]:
    """Where each paragraph of one document is quotation, as (start, end) character places.

    `kinds` are the paragraphs' kinds as cleaning gives them ("quotation" is a block quotation).
    A paragraph that opens with no mark and follows "... states:" or "... wrote:" is a block
    quotation too, and so are bullets without marks behind it. An unclosed double mark runs to the
    paragraph's end.

    >>> text = 'He said: "We will not sign this." The "deal" is off.'
    >>> [[text[a:b] for a, b in spans] for spans in quoted_spans([text])]
    [['We will not sign this.']]
    """
    kinds = kinds or ["text"] * len(paragraphs)
    result: list[Spans] = []
    before = lead = ""  # the paragraph before this one; and the one before its list
    listed = False  # whether that one reports in another's terms
    for text, kind in zip(paragraphs, kinds):
        if kind == "bullet":
            said = _introduced(lead, text) or (listed and text[:1] not in OPENERS)
        else:
            said = kind == "text" and _introduced(before, text)
            lead, listed = text, _leads_to_list(text)
        if kind == "quotation" or said:
            result.append([(0, len(text))] if text else [])
        else:
            result.append(marked_spans(text))
        before = text
    return result


def marked_spans(text: str) -> Spans:
    """Where one paragraph is quotation by its marks alone.

    >>> marked_spans("He saw “no end of it” there.")
    [(8, 20)]
    """
    return [s for s in _marked(text) if s[0] < s[1] and not _mention(text, *s)]


def _introduced(before: str, text: str) -> bool:
    """Whether a paragraph is what the one before it says that somebody said."""
    if before[-1:] != ":" or text[:1] in OPENERS:
        return False
    return any(m.end() == len(before[-BLOCK:]) for m in INTRODUCES.finditer(before[-BLOCK:]))


def _leads_to_list(before: str) -> bool:
    """Whether bullets go on with what the paragraph before the list reports in another's terms.

    Its last sentence ends in a colon and still quotes a term, behind a sentence that says who said
    it: `..., said the paper. The causes of the “rift” are that:`.
    """
    if before[-1:] != ":":
        return False
    *rest, last = re.split(r"(?<=[.!?])\s+(?=\S)", before)
    return bool(rest and MARK.search(last) and MARK.search(rest[-1]) and SAID.search(rest[-1]))


def _marked(text: str) -> Spans:
    """Outermost spans between marks; single marks need both ends, double ones may stay open."""
    places = [m.start() for m in MARK.finditer(text)]
    spans: Spans = []
    stack: list[tuple[str, int, int]] = []  # (marks that close it, where it begins, number of mark)
    i, retries = 0, AHEAD
    while i < len(places) or stack:
        if i == len(places):  # unclosed: a single mark was an apostrophe, a double one runs on
            _, start, opened = stack[0]
            if text[start - 1] not in SINGLE:
                spans.append((start, len(text)))
                break
            stack, i, places = [], opened, places[:opened] + places[opened + 1 :]
            retries -= 1
            if retries:
                continue
            break
        at = places[i]
        closing = next((k for k in range(len(stack) - 1, -1, -1) if text[at] in stack[k][0]), None)
        if closing is not None and _closes(text, at, places[i + 1 : i + AHEAD]):
            start = stack[closing][1]
            del stack[closing:]
            if not stack:
                spans.append((start, at))
        elif len(stack) < DEEP and _opens(text, at, places[i + 1 : i + AHEAD], bool(stack)):
            stack.append((OPENERS.get(text[at], ""), at + 1, i))
        i += 1
    return spans


def _closes(text: str, at: int, later: list[int]) -> bool:
    """Whether a mark ends the quotation that it could end."""
    mark, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if mark in "»›«‹":
        return True  # French puts a blank before it
    if not before or before.isspace():
        return False
    if mark == "“":
        return not after.isalnum() and before not in "([—–-"
    if mark == '"' and before.isdigit() and not after.isalnum():  # inches, if another one closes
        return not _closer_follows(text, later, '"”')
    if mark not in SINGLE:
        return True
    if after.isalnum():
        return False
    possessive = before in "sS" and after == " " and text[at + 2 : at + 3].islower()
    return not ((possessive or before.isdigit()) and _closer_follows(text, later, "'’"))


def _closer_follows(text: str, later: list[int], closers: str, openers: str = "‘“") -> bool:
    """Whether a mark that can close comes before one that opens.

    Of closing marks, one between white space and a letter opens, unless openers are single ones.
    """
    for at in later:
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if text[at] in closers and not before.isspace() and not after.isalnum():
            return True
        opens = text[at] in closers and before.isspace() and after.isalnum()
        if text[at] in openers or (opens and "“" in openers):
            return False
    return False


def _opens(text: str, at: int, later: list[int], inside: bool) -> bool:
    """Whether a mark begins a quotation."""
    mark, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not after or (after.isspace() and mark not in "«‹"):
        return False
    if mark in "“„‟«‹":
        return True
    if before and not BEFORE_OPEN.match(before):
        # An apostrophe, inches, a stray closing mark; or a blank was forgotten (`said,"We`).
        return mark == '"' and not inside and before in ",:;.!?" and after.isalnum()
    if mark in SINGLE:
        closers = OPENERS.get(mark, "")
        if not closers or NOT_A_QUOTE.match(text, at):
            return False
        return _closer_follows(text, later, closers, "" if "‘" in closers else "‘")
    return mark in '"”»›'


def _mention(text: str, start: int, end: int) -> bool:
    """Three words or fewer that are no sentence of their own."""
    inside = text[start:end].strip()
    if len(inside.split(None, MENTION)) > MENTION:
        return False
    if not inside[:1].isupper() or not _begins_anew(text, start):
        return True
    return not (re.search(r"[.!?]['’]?\Z", inside) or SAYING.match(text, end))


def _begins_anew(text: str, start: int) -> bool:
    """Whether a paragraph, a sentence or a clause begins at a place, marks before it aside.

    Looks back no further than white space reaches: a paragraph may hold thousands of quotations.
    """
    for at in range(start, max(start - MARKS_BEFORE, 0) - 1, -1):
        stop = at
        while stop and text[stop - 1].isspace():
            stop -= 1
        if not at or text[stop - 1 : stop] in ENDS_CLAUSE:
            return True
        if text[at - 1].isalnum() or text[at - 1] == "_":
            return False
    return False

"""Who is quoted, where the text says it plainly beside the quotation.

A name, or a noun such as "the ministry", next to a verb of saying, or behind "according to". A
pronoun names nobody, and what stands further away is not sought: the speaker then stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.tokens import Tokens
from crosscurrents.voice import quoted_spans

VERBS = (
    r"(?:said|says|told|asked|asks|replied|replies|added|adds|wrote|writes|argued|argues|noted|notes"
    r"|stated|states|observed|observes|insisted|insists|declared|declares|warned|warns|claimed|claims"
    r"|concluded|concludes|explained|explains|announced|urged|urges|remarked|commented|continued"
    r"|stressed|emphasized|emphasised|called for|put it|recalled|suggested|suggests|asserted)"
)
TITLE = r"(?:Mrs?|Ms|Dr|Gen|Col|Adm|Sen|Rep|Gov|Prof|St|Lt)\."
CAPITAL = rf"(?:{TITLE}|[^\W\d_a-z]\.(?=\s*[^\W\d_a-z])|[^\W\d_a-z][\w’'-]*)"
LINKS = r"(?:of|for|de|von|van|al|bin|the|and)"
NAME = rf"{CAPITAL}(?:\s+(?:{LINKS}\s+){{0,2}}{CAPITAL}){{0,7}}"
BODY = (
    r"(?:[Aa]n?|[Tt]he|one|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s+(?:[\w’'-]+\s+){0,3}?(?:ministry|minister|president|premier"
    r"|spokesman|spokeswoman|spokesperson|statement|declaration|editorial|ambassador|official|officials"
    r"|report|paper|government|council|envoy|general|scholar|analyst|expert|communiqu[eé]|letter|court)"
    rf"(?:\s+of\s+{NAME})?"
)
WHO = rf"(?P<body>{BODY})\b|(?:[a-z]+\s+){{0,5}}?(?P<name>{NAME})"
ASIDE = r"(?:,\s[a-z][^,“”\"]{1,80},)?"  # "Anna Ferro, head of the council, said"
BEHIND = (
    re.compile(rf"[”\"’'»]?,?\s*{VERBS}\s+(?:{WHO})"),
    re.compile(rf"[”\"’'»]?,?\s*(?:{WHO}){ASIDE}\s+(?:also\s+|later\s+)?{VERBS}\b"),
    re.compile(rf"[”\"’'»]?,?\s*(?:[Aa]ccording to|[Ii]n the words of)\s+(?:{WHO})"),
    re.compile(rf"[”\"’'»]?\s*\((?P<name>{NAME}?)['’]s? words\)"),
)
BEFORE = (
    re.compile(
        rf"(?:{WHO}){ASIDE}\s+(?:has\s+|have\s+|also\s+|later\s+)*{VERBS}\b[^.!?“”\"]{{0,60}}$"
    ),
    re.compile(rf"(?:[Aa]ccording to|[Ii]n the words of|\b[Aa]s)\s+(?:{WHO})[^.!?“”\"]{{0,60}}$"),
    re.compile(rf"[Ii]n\s+(?P<name>{NAME}?)['’]s?\s+(?:words|view|opinion)[^.!?“”\"]{{0,60}}$"),
)
# What a text before a quotation must hold for the rules of BEFORE, each a quick search.
HINTS = (
    re.compile(rf"\b{VERBS}\b"),
    re.compile(r"ccording to|n the words of|\b[Aa]s\b"),
    re.compile(r"words|view|opinion"),
)
NOBODY = re.compile(
    r"(?:He|She|It|They|We|I|You|This|That|These|Those|There|Both|The|A|An|In|On|But|And|As|So|Who"
    r"|\w+ly|\w+(?:ian|ese|ish|ean|can))"
)
DATE = re.compile(
    r"^(?:(?:In|On|By|At|But|And|As|When|While|Yet|So|Then|January|February|March|April|May|June"
    r"|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Today|Yesterday|Meanwhile)\s+)+"
)
GOES_ON = 60  # signs between two parts of one quotation at most: `,” said the minister. “`
NEAR = 160  # signs before or behind a quotation


def quotation_table(
    tokens: Tokens,
    names: Sequence[str],
    texts: Sequence[Sequence[str]],
    kinds: Sequence[Sequence[str]],
) -> pd.DataFrame:
    """Quotations: where each begins, how long it is, and whose it is if the text says so plainly.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence (where it begins), words, speaker ("" if not plain).
    """
    speakers = []
    for paragraphs, kind in zip(texts, kinds):
        found = quoted_spans(paragraphs, kind)
        for k, spans in enumerate(found):
            before = paragraphs[k - 1] if k else ""
            speakers += _speakers(paragraphs[k], spans, before)
    from crosscurrents.tone.tables import Sentences

    place, words = Sentences.of(tokens), tokens.words
    begins, ends = tokens.quotations[:, 0], tokens.quotations[:, 1]
    sentence = np.searchsorted(tokens.sentences, begins, "right") - 1
    table = place.table(names, np.minimum(sentence, len(place.words) - 1))
    size = np.searchsorted(words.piece, ends) - np.searchsorted(words.piece, begins)
    return table.assign(words=size, speaker=pd.array(speakers, dtype="str"))


def _speakers(text: str, spans: list[tuple[int, int]], before: str) -> list[str]:
    """The speaker of each quotation of a paragraph; one that goes on keeps its speaker."""
    found: list[str] = []
    end = 0
    for a, b in spans:
        who = speaker(text, a, b, before=before)
        if not who and found and a - end < GOES_ON:
            who = found[-1]
        found.append(who)
        end = b
    return found


def speaker(text: str, start: int, end: int, *, before: str = "") -> str:
    """Who says what stands between two places of a paragraph, "" where it is not plain.

    `before` is the paragraph before, which introduces a block quotation.

    >>> text = "“The dam will not be built,” said Minister Anna Ferro on Monday."
    >>> speaker(text, 1, 27)
    'Minister Anna Ferro'
    >>> speaker("He said: “We shall see what they do.”", 10, 36)
    ''
    """
    lead = text[max(0, start - NEAR) : start].rstrip("“”\"‘'«„ ")
    if not start:
        lead = before[-NEAR:].rstrip(": ")
    tail = text[end : end + NEAR]
    for rule in BEHIND:
        if (match := rule.match(tail)) and (who := _named(match)):
            return who
    lead = lead.rstrip(":, ")
    for rule, hint in zip(BEFORE, HINTS, strict=True):
        if hint.search(lead) and (match := rule.search(lead)) and (who := _named(match)):
            return who
    return ""


def _named(match: re.Match) -> str:
    groups = match.groupdict()
    who = (groups.get("body") or DATE.sub("", groups.get("name") or "")).strip(" ,")
    who = who[:1].lower() + who[1:] if groups.get("body") else who
    who = who.removesuffix(".") if who[-3:-2] != "." else who
    return "" if not who or NOBODY.fullmatch(who) else " ".join(who.split())

"""TextBlob's polarity of a sentence, with the words behind it (De Smedt & Daelemans 2012)."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from crosscurrents.core.vader_text import STRAIGHT

KEPT = 2**15  # sentences of which the words are remembered: most are scored more than once


@lru_cache(maxsize=KEPT)
def assess(text: str) -> list[tuple[int, float, str]]:
    """Where the head of each assessment of TextBlob's stands, its polarity, and the head.

    The head is the last word but marks and negations: `good` in "not good!"; of an emoticon
    with blanks inside its first signs. The polarity of the text is the mean.

    >>> assess("It is not good.")
    [(10, -0.35, 'good')]
    """
    from textblob.en import sentiment

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

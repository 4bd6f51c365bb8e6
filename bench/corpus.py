"""A corpus of any size for the bench, made from our own texts and the words of the lexicon.

Words follow a Zipf-Mandelbrot law over a vocabulary of some 200,000; sentences, paragraphs and
documents have the lengths, capitals, quotation marks and signs of news prose. The same size and
seed always give the same texts.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np

OWN = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "texts"
TYPES = 200_000  # distinct words to draw from, before capitals and signs
DOCUMENT = 2_900  # bytes: the mean article of the corpora that we measured
PREFIXES = "un re over pre inter counter non anti mis out".split()
SUFFIXES = "s ed ing er ers ness ly al ist ists ism able ful less ment ion ions ity ive".split()
SYLLABLES = "ba ka ro li mo ta ver dan sk or vel hes mir na su tol gar wen lis che zu né".split()


def documents(size: int, *, seed: int = 0) -> list[str]:
    """Texts of about `size` bytes together: paragraphs of prose, a blank line between them."""
    rng = np.random.default_rng(seed)
    words = vocabulary()
    tokens = int(size / 6.35)  # bytes a token, blank and signs included, as it comes out
    weights = 1 / (np.arange(len(words)) + 2.7) ** 1.13
    drawn = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(tokens))
    lengths = np.clip(rng.normal(20, 8, tokens // 8), 3, 60).astype(int)
    ends = np.cumsum(lengths)
    ends = np.append(ends[ends < tokens], tokens)
    pieces = np.array(words, object)[np.minimum(drawn, len(words) - 1)]
    _decorate(pieces, ends, rng)
    return _assemble(pieces, ends, rng)


def vocabulary() -> list[str]:
    """Distinct words, the commonest first: of our own texts, of the lexicon, and made of these."""
    from crosscurrents.lexicon import read_lexicon

    rng = np.random.default_rng(7)
    own = Counter(re.findall(r"[^\W\d_]+", " ".join(_own_texts())))
    own = Counter({w: n for w, n in own.items() if w.islower() or w.lower() not in own})
    lexicon = [w for w in read_lexicon("vader").scores if w.isalpha()]
    stems = [w for w in dict.fromkeys([*own, *lexicon]) if 3 < len(w) < 8]
    made = [s + e for s in stems for e in SUFFIXES] + [p + s for p in PREFIXES for s in stems]
    made += ["".join(SYLLABLES[i] for i in row).title() for row in rng.integers(0, 22, (90_000, 3))]
    made += ["".join(SYLLABLES[i] for i in row).title() for row in rng.integers(0, 22, (90_000, 4))]
    made += [f"{a}-{b}" for a, b in zip(rng.permutation(stems), rng.permutation(stems))]
    made += [f"{w}'s" for w in stems[:4000]] + [str(n) for n in range(1900, 2030)]
    made += [f"{n:,}" for n in rng.integers(1, 90_000, 4_000).tolist()]
    made += ["".join(rng.choice(list("ABCDEKNORSTU"), n)) for n in rng.integers(2, 6, 1_500)]
    common = [w for w, _ in own.most_common()]
    rest = rng.permutation(np.array([*lexicon, *made], object)).tolist()
    return list(dict.fromkeys([*common, *rest]))[:TYPES]


def _own_texts() -> list[str]:
    return [f.read_text(encoding="utf-8") for f in sorted(OWN.glob("*.txt"))]


def _decorate(pieces: np.ndarray, ends: np.ndarray, rng: np.random.Generator) -> None:
    """Give sentences, in place, their capitals, commas, stops, quotation marks and dashes."""
    starts = np.concatenate([[0], ends[:-1]])
    comma = np.flatnonzero(rng.random(len(pieces)) < 0.06)
    pieces[comma] = pieces[comma] + ","
    dash = np.flatnonzero(rng.random(len(pieces)) < 0.004)
    pieces[dash] = "–"
    stops = rng.choice(np.array([".", "?", "!"], object), len(ends), p=[0.95, 0.03, 0.02])
    pieces[ends - 1] = pieces[ends - 1] + stops
    pieces[starts] = np.array([p[:1].upper() + p[1:] for p in pieces[starts]], object)
    quoted = np.flatnonzero(rng.random(len(ends)) < 0.12)
    curly = rng.random(len(quoted)) < 0.6
    pieces[starts[quoted]] = np.where(curly, "“", '"').astype(object) + pieces[starts[quoted]]
    pieces[ends[quoted] - 1] = pieces[ends[quoted] - 1] + np.where(curly, "”", '"').astype(object)


def _assemble(pieces: np.ndarray, ends: np.ndarray, rng: np.random.Generator) -> list[str]:
    sentences = []
    start = 0
    flat = pieces.tolist()
    for end in ends.tolist():
        sentences.append(" ".join(flat[start:end]))
        start = end
    texts, paragraphs, size, k = [], [], 0, 0
    goal = rng.lognormal(np.log(DOCUMENT) - 0.18, 0.6, len(sentences)).tolist()
    for take in rng.integers(2, 7, len(sentences)).tolist():
        if k >= len(sentences):
            break
        paragraphs.append(" ".join(sentences[k : k + take]))
        size, k = size + len(paragraphs[-1]), k + take
        if size > goal[len(texts)]:
            texts.append("\n\n".join(paragraphs))
            paragraphs, size = [], 0
    return [*texts, "\n\n".join(paragraphs)] if paragraphs else texts

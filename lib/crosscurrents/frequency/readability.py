"""How easy English text reads: Flesch's two formulas, and the syllables that they need."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

VOWELS = re.compile(r"[aeiouy]+")
# Written and not spoken: a last e, es or ed; e before an ending or between the parts of a word.
SILENT = re.compile(
    r"(?<=[^aeiouy])(?<![^aeiouy]l)e$"
    r"|(?<=[^aeiouycgsxz])(?<![cs]h)(?<![^aeiouy]l)es$"
    r"|(?<=[aeiou]g)ues?$|(?<=q)ues?$"
    r"|(?<=[^aeiouytd])(?<![^aeiouylr]l)ed$"
    r"|(?<=[^aeiouyl])e(?=ments?$|ful|less|ness|ly$)"
    r"|(?<=^som|^her|^mor|^bas|^pip|^lif|^hom|^for)e(?=[b-df-hj-np-rtvwxz])"
    r"|(?<=^ther|^wher|^stat)e(?=[b-df-hj-np-tvwxz])"
)
# One group of vowels, spoken apart: In-di-a, nego-ti-ate, pe-ri-od, mu-tu-al, so-ci-ety, be-ing.
APART = re.compile(
    r"(?<![cgstx])ia|[ct]iat|(?<![cglnstx])io|iu|(?<![gq])ua|uou|(?<![gp])eo|^geo(?!r)"
    r"|(?<=[aeiou][^aeiouc])ea(?=n?s?$)|creat|react|reali|(?<![ct])ie(?=t|nt|nc)|scie|ciet"
    r"|[aeouy]ing|ao|^coop|^coord"
)
PLAIN = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")


def flesch_reading_ease(words, sentences, syllables_):
    """Give Flesch's reading ease: 206.835 - 1.015 words/sentence - 84.6 syllables/word (1948).

    Parameters
    ----------
    words, sentences, syllables_ : array or number
        How many there are.

    Returns
    -------
    ndarray or float
        About 100 is very easy, 30 and below very hard; missing where there are none.

    Examples
    --------
    >>> round(float(flesch_reading_ease(100, 5, 150)), 3)
    59.635
    """
    words, sentences = _above_0(words), _above_0(sentences)
    return 206.835 - 1.015 * (words / sentences) - 84.6 * (np.asarray(syllables_) / words)


def flesch_kincaid_grade(words, sentences, syllables_):
    """Give the Flesch-Kincaid grade: 0.39 words/sentence + 11.8 syllables/word - 15.59.

    Kincaid, Fishburne, Rogers & Chissom (1975): the years of (American) school that a text needs.

    Parameters
    ----------
    words, sentences, syllables_ : array or number
        How many there are.

    Returns
    -------
    ndarray or float
        Missing where there are none.

    Examples
    --------
    >>> round(float(flesch_kincaid_grade(100, 5, 150)), 2)
    9.91
    """
    words, sentences = _above_0(words), _above_0(sentences)
    return 0.39 * (words / sentences) + 11.8 * (np.asarray(syllables_) / words) - 15.59


def _above_0(number):
    number = np.asarray(number, dtype=float)
    return np.where(number > 0, number, np.nan)


@lru_cache(maxsize=200_000)
def syllables(word: str) -> int:
    """Count the syllables of an English word by rules of spelling; a few in a hundred are off.

    A group of vowels is a syllable; what is silent goes, and vowels that are spoken apart count
    apart. The parts of a compound are added up; an acronym is spelled out, and of a number every
    digit counts as one syllable.

    Examples
    --------
    >>> [syllables(w) for w in ("gas", "pipeline", "alliance", "signed", "created", "little")]
    [1, 2, 3, 1, 3, 2]
    >>> syllables("US"), syllables("2014"), syllables("anti-western"), syllables("don't")
    (2, 4, 4, 1)
    """
    return sum(_part(part) for part in re.split(r"[-\s]+", word) if part) or 1


def _part(part: str) -> int:
    """Count the syllables of a word without hyphens."""
    if part.isupper() and part.isalpha() and len(part) > 1:
        return len(part) + 2 * part.count("W")
    digits = sum(sign.isdigit() for sign in part)
    letters = re.sub("[^a-z]", "", part.lower().translate(PLAIN))
    if not letters:
        return digits
    spoken = SILENT.sub("", letters)
    groups = len(VOWELS.findall(spoken)) + len(APART.findall(spoken))
    groups += bool(re.search("(?:sm|thm)s?$|[ds]nt$", letters))
    return digits + max(groups, 1)

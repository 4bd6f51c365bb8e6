"""Words of documents: in their order in the texts, stop words, and forms that count as one term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.core import Tokens, tokenise
from crosscurrents.core.arrays import offsets_of, owners
from crosscurrents.core.languages import language_code, language_name
from crosscurrents.core.words import words_of
from crosscurrents.corpus.files import TEXTS
from crosscurrents.writing import say

BATCH = 4_000_000  # signs of prose cut at a time: bounds memory, large enough for NumPy
# Batches that stay with a corpus for the next question; all of them, or none (100 MB of prose
# make some 400 MB).
KEPT, CUT = 25, "_token_batches"
FOLDED = "_folded_words"  # kept with Tokens
FORMS = ("as written", "stemmed")
NAMED = 3  # missing files that a sentence names
RARE = 0.05  # share of the articles below which stop words of their language are not hidden


def at_hand(corpus) -> list[str]:
    """Name the documents whose text is available, in the order of the catalogue."""
    return corpus.documents.loc[corpus.documents["at_hand"], "doc_id"].tolist()


def not_at_hand(measures) -> list[str]:
    """Say which texts are not available, and where to put them; nothing where all are.

    `measures` is a Comparison with its corpus, or a corpus.
    """
    corpus = getattr(measures, "texts", measures)
    documents = corpus.documents[~corpus.documents["at_hand"]]
    if documents.empty:
        return []
    number, files = len(documents), documents["file"].fillna("").str.removeprefix(f"{TEXTS}/")
    named = ", ".join(files.head(NAMED)) + f" and {number - NAMED:,} more" * (number > NAMED)
    into = f" into {corpus.path.absolute().name}/{TEXTS}" if corpus.path else ""
    return [say("corpus.texts" if number > 1 else "corpus.text", n=number, files=named, into=into)]


def narrow(corpus, measures):
    """Return the corpus with the documents of some measures only, so that both are about the same.

    Parameters
    ----------
    corpus : Corpus
    measures : Measures
        As `select` returns them.
    """
    kept = corpus.documents["doc_id"].isin(measures.documents["doc_id"])
    narrower = replace(corpus, documents=corpus.documents[kept].reset_index(drop=True))
    vars(narrower)[CUT] = vars(corpus).setdefault(CUT, {})
    return narrower


def token_batches(corpus) -> Iterator[tuple[list, Tokens]]:
    """Cut the documents whose text is available into Tokens, some millions of signs at a time.

    They stay with the corpus for the next question, if they are not too many.

    Yields
    ------
    doc_ids : list of str
    tokens : Tokens
    """
    known, names = vars(corpus).setdefault(CUT, {}), tuple(at_hand(corpus))
    if names in known:
        yield from known[names]
        return
    batches = []
    for batch in _cut(corpus, names):
        batches = [*batches, batch][: KEPT + 1]
        yield batch
    if len(batches) <= KEPT:
        known.clear()
        known[names] = batches


def _cut(corpus, names: Iterable[str]) -> Iterator[tuple[list, Tokens]]:
    doc_ids, paragraphs, size = [], [], 0
    for k, doc_id in enumerate(names, start=1):
        doc_ids.append(doc_id)
        paragraphs.append(corpus.cleaned(doc_id).paragraphs)
        size += sum(len(p.text) for p in paragraphs[-1])
        if size > BATCH or k == len(names):
            tokens = tokenise(
                [[p.text for p in own] for own in paragraphs],
                kinds=[[p.kind for p in own] for own in paragraphs],
                language=[corpus.language(doc_id) for doc_id in doc_ids],
                abbreviations=corpus.abbreviations,
            )
            yield doc_ids, tokens
            doc_ids, paragraphs, size = [], [], 0


class Places(NamedTuple):
    """Where each sentence, or each word, of Tokens stands: numbers, in the Tokens and in documents.

    The last two begin at 1 in every document; a sentence without a word has no number of its own.
    """

    document: np.ndarray
    paragraph: np.ndarray  # of all
    within: np.ndarray  # its paragraph's number in the document
    number: np.ndarray  # its sentence's number in the document


def sentence_places(tokens: Tokens) -> Places:
    """Say where each sentence stands."""
    words = np.diff(tokens.words.sentences)
    paragraph = owners(tokens.paragraphs, np.arange(len(words)))
    document = owners(tokens.documents, paragraph)
    counted, first = offsets_of(words > 0), tokens.documents[document]
    number = counted[1:] - counted[tokens.paragraphs[first]]
    return Places(document, paragraph, paragraph - first + 1, number)


def word_places(tokens: Tokens) -> Places:
    """Say where each word stands."""
    sizes = np.diff(tokens.words.sentences)
    return Places(*(np.repeat(numbers, sizes) for numbers in sentence_places(tokens)))


def folded_words(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Give the words of tokens as they are counted.

    Returns
    -------
    ids : ndarray of int (words,)
        In text order, into the vocabulary.
    vocabulary : ndarray of str (k,)
        Distinct and sorted.
    """
    if FOLDED not in vars(tokens):  # the place of each distinct word in the vocabulary, and that
        folded = tokens.table.folded
        folded = folded.to_pylist() if hasattr(folded, "to_pylist") else folded
        vocabulary, number = np.unique(np.asarray(folded, dtype=str), return_inverse=True)
        vars(tokens)[FOLDED] = number.ravel(), vocabulary.astype(object)
    number, vocabulary = vars(tokens)[FOLDED]
    return number[tokens.words.ids], vocabulary


def document_words(corpus, doc_ids: Iterable[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Give each available document with its words as ids, in order; ids hold within a batch."""
    wanted = set(doc_ids)
    for names, tokens in token_batches(corpus):
        ids, place = folded_words(tokens)[0], word_places(tokens).document
        ends = np.searchsorted(place, np.arange(len(names) + 1))
        for k, doc_id in enumerate(names):
            if doc_id in wanted:
                yield doc_id, ids[ends[k] : ends[k + 1]]


# --- stop words and forms of words


@cache
def stop_words(*languages: str) -> frozenset[str]:
    """Return the function words that a comparison of topics can do without, English by default.

    English ones are closed classes only (articles, pronouns, prepositions, conjunctions,
    auxiliaries and their short forms, adverbs that link), in lower case: the country is `US`, so
    `us` may stand here. Those of other languages are the lists of the package stopwordsiso.

    Parameters
    ----------
    *languages : str
        Codes of two letters; a language without a list has no stop words.

    Examples
    --------
    >>> "us" in stop_words(), "US" in stop_words()
    (True, False)
    >>> "und" in stop_words("de"), "the" in stop_words("de")
    (True, False)
    """
    found = set()
    for language in languages or ("en",):
        if language == "en":
            text = Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8")
            found.update(text.split())
            continue
        import stopwordsiso

        if stopwordsiso.has_lang(language):
            found |= stopwordsiso.stopwords(language)
    return frozenset(found)


def content_terms(terms: pd.Index, measures=None) -> np.ndarray:
    """Say which terms remain when stop words are hidden.

    A phrase is hidden if its first or its last word is a stop word: of *of the pipeline* nothing
    would be left to read, while *ministry of defence* stays.

    Parameters
    ----------
    terms : Index of str
    measures : Measures, Comparison or Corpus, optional
        Whose articles say the languages of the stop words (see `hidden_words`); English by
        default.

    Returns
    -------
    ndarray of bool (terms,)

    Examples
    --------
    >>> content_terms(pd.Index(["the", "gas", "of gas", "state of play"])).tolist()
    [False, True, False, True]
    """
    stop = hidden_words(measures)
    ends = (term.split(" ") for term in terms)
    kept = [words[0] not in stop and words[-1] not in stop for words in ends]
    return np.array(kept, dtype=bool)


def hidden_words(measures=None) -> frozenset[str]:
    """The stop words of the languages that the articles of some measures are written in.

    Those of a language of less than a twentieth of the articles would hide words of the others
    (*die* and *war* are German function words), so of them only what no other article uses.
    """
    documents = getattr(measures, "documents", None)
    if documents is None or "language" not in documents or documents.empty:
        return stop_words()
    codes = documents["language"].fillna("").astype("str").map(language_code)
    share = codes.value_counts(normalize=True)
    stop = stop_words(*share.index[share >= RARE])
    for language in share.index[share < RARE]:
        own = stop_words(language)
        if hasattr(measures, "terms"):
            others = measures.terms["doc_id"].isin(documents.loc[codes != language, "doc_id"])
            used = measures.terms["term"].isin(own) & others
            stop |= own - set(measures.terms.loc[used, "term"])
    return stop


def folded_term(term: str) -> str:
    """Return a term as it is counted; ValueError if it has no word in it.

    >>> folded_term("The Gas")
    'the gas'
    """
    words = [word.folded for piece in str(term).split() for word in words_of(piece)[0]]
    if not words:
        raise ValueError(f"term {term!r} holds no word")
    return " ".join(words)


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """What gives the stem of a word: NLTK's Snowball stemmer; of other languages the word itself.

    Stop words and acronyms, which keep their capitals, are no forms of other words (`being` is not
    `be`, `US` is not `us`), and other words are not forms of them: `willing` is none of `will`.

    Parameters
    ----------
    language : str
        Code of two letters.

    Examples
    --------
    >>> [stemmer("en")(word) for word in ("allies", "allied", "willing", "will", "US")]
    ['alli', 'alli', 'will', '=will', '=US']
    """
    from nltk.stem.snowball import SnowballStemmer

    name, fixed = language_name(language).lower(), stop_words(language)
    if name not in SnowballStemmer.languages:
        return str
    stem = SnowballStemmer(name).stem
    return cache(lambda word: f"={word}" if word in fixed or not word.islower() else stem(word))


class WordForms:
    """Which terms are counted as one, by language: those whose words have the same stems.

    Such a term is known by its commonest form in the measures; of equally common ones it is the
    first in the order of code points. A stem is worked out once a distinct word.

    Parameters
    ----------
    terms : DataFrame
        As Measures have it.
    languages : Series of str
        The code of each document's language, by doc_id. A document whose language is not known is
        taken for one in the commonest language.

    Examples
    --------
    >>> terms = pd.DataFrame({"doc_id": "a", "term": ["ally", "allies", "allied", "key allies"],
    ...                       "n": [1, 1, 1, 2], "count": [2, 3, 1, 2]})
    >>> forms = WordForms(terms, pd.Series({"a": "en"}))
    >>> forms.term("ally"), forms.of("allies"), forms.term("key ally")
    ('allies', ['allied', 'allies', 'ally'], 'key allies')
    """

    def __init__(self, terms: pd.DataFrame, languages: pd.Series) -> None:
        known = languages[languages != ""]
        self.languages_in_use = known.value_counts().index.tolist() or ["en"]
        self.languages = languages.where(languages != "", self.languages_in_use[0])
        self._terms = terms
        self._named: dict[int, dict[tuple[str, str], str]] = {}

    def term(self, term: str, language: str = "") -> str:
        """The term that a folded word or phrase is counted as.

        Without a language it is looked for in all that the documents are in, the commonest first.
        """
        named = self._names(term.count(" ") + 1)
        codes = [language] if language else self.languages_in_use
        keys = [(code, _key(term, code)) for code in codes]
        known = next((key for key in keys if key in named), keys[0])
        return named.setdefault(known, term)

    def of(self, term: str) -> list[str]:
        """The words or phrases of the measures that are counted as a term, sorted."""
        rows = self._terms[self._terms["n"] == term.count(" ") + 1]
        found = {text for code, text in self._pairs(rows)[0] if self.term(text, code) == term}
        return sorted(found | {term})

    def counted(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of a table of terms with the terms that they are counted as."""
        pairs, number = self._pairs(rows)
        named = pd.array([self.term(text, code) for code, text in pairs], dtype="str")
        return rows.assign(term=named.take(number))

    def words(self, doc_ids: Iterable[str], tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
        """The words of tokens as they are counted: ids and vocabulary, as `folded_words` has it."""
        ids, vocabulary = folded_words(tokens)
        codes, code = np.unique([self.languages[d] for d in doc_ids], return_inverse=True)
        named = [[self.term(word, language) for word in vocabulary] for language in codes]
        terms, number = np.unique(np.array(named, str), return_inverse=True)
        number = number.reshape(len(codes), len(vocabulary))
        return number[code[word_places(tokens).document], ids], terms.astype(object)

    def _pairs(self, rows: pd.DataFrame) -> tuple[list[tuple[str, str]], np.ndarray]:
        """The distinct pairs of language and term of some rows, and the number of each row's."""
        languages = rows["doc_id"].map(self.languages).fillna(self.languages_in_use[0])
        pairs = rows.groupby([languages.to_numpy(object), "term"], sort=False)
        return pairs.size().index.tolist(), pairs.ngroup().to_numpy()

    def _names(self, n: int) -> dict[tuple[str, str], str]:
        """The commonest term of n words of each language and stems."""
        if n not in self._named:
            rows = self._terms[self._terms["n"] == n]
            pairs, number = self._pairs(rows)
            counts = np.bincount(number, rows["count"].to_numpy(float), minlength=len(pairs))
            named = self._named[n] = {}
            for _, text, code in sorted((-c, text, code) for c, (code, text) in zip(counts, pairs)):
                named.setdefault((code, _key(text, code)), text)
        return self._named[n]


def _key(term: str, language: str) -> str:
    return " ".join(map(stemmer(language), term.split(" ")))

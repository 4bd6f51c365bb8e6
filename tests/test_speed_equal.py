"""What is done in bulk equals what a plain loop does; odd input costs no more than its length."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sentencex
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscurrents import count_words, measure, read_corpus, tokenise
from crosscurrents.codebook import Codebook
from crosscurrents.core import SIGN, arrays, tokens
from crosscurrents.core.quotations import quoted_spans
from crosscurrents.core.sentences import split_sentences, without_note
from crosscurrents.core.words import PieceTable, words_of
from crosscurrents.measures import tables

WORDS = (
    "the rain US U.S. a.m. China's China’s pseudo-alliance S-400 1,000 3.5bn 10:30 AT&T ALLIES'"
    " Russia-China well—known S&P-500 U.S.-led www.a.org/b?c=d, mail@a-b.org #tag @name snake_case"
    " Élan naïve Straße россия China-россия 漢字 漢字2019 かな １２ ﬁne ½ ΟΔΟΣ ǅ né́e e\u0301te"
    " soft\u00adhyphen zero\u200bwidth don't ’tis 'em co‑op “quoted” (brackets) [1] ... … – — - '"
    " ’ , it's http://x.y www. a@b @ .@3.5's 'S s' 's -a- a--b 1.2.3 1,a A.B ab.cd ٣٤ שלום مرحبا"
    " नमस्ते 🙂 🙂a \x07 a\x00b NASA's UN's UN-led Un-led III. iPhone's O'NEIL o'neil's l'été"
).split(" ")
SIGNS = [*"\"“”„«»()[]'’‘.!?…,:;—–-*`´", ". ", "? ", ".” ", ".) ", "! — ", "。", "？", " "]

piece = st.one_of(
    st.sampled_from([*WORDS, "İzmir", "İ"]),
    st.text(st.sampled_from("aZés'’-‐.,:9&@_/w漢ж\u0301\u00ad“)"), min_size=1, max_size=8),
    st.text(min_size=1, max_size=6),
).map(lambda t: "".join(t.split()))


def prose(rng: random.Random, words: int) -> str:
    """Words and signs at random, in white space as cleaning leaves it."""
    chosen = [rng.choice(WORDS) for _ in range(words)]
    for _ in range(words // 3):
        k = rng.randrange(len(chosen))
        sign = rng.choice(SIGNS)
        chosen[k] = rng.choice([chosen[k] + sign, sign + chosen[k], chosen[k].title()])
    text = " ".join(" ".join(chosen).split())
    return text.upper() if rng.random() < 0.05 else text


def documents(seed: int, number: int) -> list[list[str]]:
    """Documents of some paragraphs, some of them empty."""
    rng = random.Random(seed)
    return [
        [prose(rng, rng.randrange(1, 40)) for _ in range(rng.randrange(5))] for _ in range(number)
    ]


# --- words of pieces


def table_rows(found: PieceTable, count: int) -> list[tuple]:
    spelled, folded = found.spelled.to_pylist(), found.folded.to_pylist()
    ends = found.offsets.tolist()
    runs = [slice(a, b) for a, b in zip(ends, ends[1:])]
    words = [(spelled[w], folded[w], int(g)) for w, g in zip(found.word.tolist(), found.gap)]
    return [(words[run], int(found.after[k])) for k, run in enumerate(runs)][:count]


def plain_rows(texts: list[str]) -> list[tuple]:
    """The same from `words_of`, a piece at a time."""
    rows = []
    for text in texts:
        found, rest = words_of(text)
        quiet = bool(found) and (not rest or (rest == "'" and found[-1].folded.endswith("s")))
        after = 0 if quiet else 1 if found and rest == "." else 2
        rows.append(([(w.spelled, w.folded, SIGN if w.before else 0) for w in found], after))
    return rows


@settings(max_examples=300)
@given(st.lists(piece.filter(bool), max_size=30, unique=True))
def test_words_of_pieces(texts):
    found = PieceTable.of(pa.array(texts, pa.string()))
    assert table_rows(found, len(texts)) == plain_rows(texts)
    assert len(set(zip(found.spelled.to_pylist(), found.folded.to_pylist()))) == len(found.spelled)


def test_words_of_many_pieces():
    rng = random.Random(4)
    letters = [*"aabcSsXé'’-.,:;!?()“”\"@/&019ж漢ו", "'s", "’s", "U.S.", "www.", "://", "-"]
    made = {"".join(rng.choice(letters) for _ in range(rng.randrange(1, 8))) for _ in range(40_000)}
    texts = sorted(made)
    assert table_rows(PieceTable.of(pa.array(texts)), len(texts)) == plain_rows(texts)


# --- tokens


def plain_tokens(paragraphs: list[str]) -> tuple[list, list, list]:
    """Pieces, their sentences, and which are quoted, one character at a time."""
    found, sentences, quoted = [], [], []
    for text, spans in zip(paragraphs, quoted_spans(paragraphs)):
        shown = text.lower() if text.isupper() and " " in text else text
        position = 0
        for number, sentence in enumerate(split_sentences(text)):
            for item in without_note(sentence).split():
                position = text.index(item, position)
                first = next((k for k, c in enumerate(item) if c.isalnum()), 0) + position
                found.append(shown[position : position + len(item)])
                sentences.append((text, number))
                quoted.append(any(a <= first < b for a, b in spans))
                position += len(item)
    return found, sentences, quoted


@pytest.mark.parametrize("seed", range(5))
def test_tokens(seed):
    texts = documents(seed, 25)
    tokens = tokenise(texts)
    distinct = tokens.pieces.to_pylist()
    assert len(set(distinct)) == len(distinct)
    assert set(tokens.ids.tolist()) == set(range(len(distinct)))
    bounds = tokens.sentences[tokens.paragraphs[tokens.documents]].tolist()
    quoted = tokens.quoted_pieces
    for paragraphs, a, b in zip(texts, bounds, bounds[1:]):
        found, sentences, voices = plain_tokens(paragraphs)
        assert [distinct[i] for i in tokens.ids[a:b]] == found
        assert quoted[a:b].tolist() == voices
        starts = tokens.sentences[(tokens.sentences >= a) & (tokens.sentences < b)] - a
        changes = [0] * bool(found)
        changes += [k for k in range(1, len(found)) if sentences[k] != sentences[k - 1]]
        assert set(changes) <= set(starts.tolist())
    sizes = [len(paragraphs) for paragraphs in texts]
    assert np.diff(tokens.documents).tolist() == sizes


MARKED = (
    "“ ” \" ' ’ ‘ „ « » 's s' '36 said: said 5\" ( ) [ . , ? ! — a The river rose again he said it"
    ' “The “yes, yes” it.” .” ," "It it” ("so so") é É ” ”é漢 x“y a"b : don\'t l’été ’90s'
).split(" ")


@pytest.mark.parametrize("seed", range(4))
def test_quotations_of_many_documents(seed):
    rng = random.Random(seed)
    texts = [
        [" ".join(rng.choices(MARKED, k=rng.randrange(1, 30))) for _ in range(rng.randrange(5))]
        for _ in range(150)
    ]
    tokens = tokenise(texts)
    expected = [voice for paragraphs in texts for voice in plain_tokens(paragraphs)[2]]
    assert tokens.quoted_pieces.tolist() == expected


@pytest.mark.parametrize("seed", range(3))
def test_sentences_of_many_paragraphs_are_those_of_each_alone(seed):
    texts = [t for paragraphs in documents(100 + seed, 40) for t in paragraphs]
    texts += [" ".join(texts), "", "a", "..."]  # one longer than sentencex reads in one go
    tokens = tokenise([texts])
    distinct = np.array(tokens.pieces.to_pylist(), object)
    for k, text in enumerate(texts):
        first, last = tokens.paragraphs[k : k + 2]
        bounds = tokens.sentences[first : last + 1]
        found = [" ".join(distinct[tokens.ids[a:b]]) for a, b in zip(bounds, bounds[1:])]
        expected = [" ".join(without_note(s).split()) for s in split_sentences(text)]
        assert [f.casefold() for f in found] == [e.casefold() for e in expected]


def test_languages_are_cut_each_by_its_rules():
    texts = [
        ["Der Preis stieg um ca. 3 Prozent. Dann fiel er."],
        ["It rose by ca. 3. Then it fell."],
    ]
    both = tokenise(texts, language=["de", "en"])
    alone = [tokenise([t], language=code) for t, code in zip(texts, ("de", "en"))]
    sizes = [np.diff(t.sentences).tolist() for t in alone]
    assert np.diff(both.sentences).tolist() == sizes[0] + sizes[1]


def test_white_space_beyond_ascii_and_lone_surrogates():
    tokens = tokenise([["one\u00a0two\u2003three\x85four\u3000five\x1fsix \ud800 seven"]])
    found = [tokens.pieces[i].as_py() for i in tokens.ids]
    assert found == "one two three four five six \ufffd seven".split()


def test_tokens_take_little_memory():
    rng = np.random.default_rng(0)
    words = np.array([f"w{k}" for k in range(20_000)], object)
    drawn = words[np.minimum(rng.zipf(1.3, 400_000), 20_000) - 1]
    texts = [[" ".join(drawn[k : k + 80]) + "."] for k in range(0, len(drawn), 80)]
    tokens = tokenise(texts)
    assert tokens.ids.dtype == np.int32
    size = sum(v.nbytes for v in vars(tokens).values())
    assert size / len(tokens.ids) < 6


# --- counts


def plain_counts(text: str) -> Counter:
    found: Counter = Counter()
    for line in text.split("\n"):
        shown = line.lower() if line.isupper() and " " in line.strip() else line
        found.update(w.folded for item in shown.split() for w in words_of(item)[0])
    return found


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [200, 25_000_000])
def test_words_are_counted_as_one_by_one(threads, chunk, monkeypatch):
    monkeypatch.setattr(tokens, "CHUNK", chunk)
    texts = ["\n".join(paragraphs) for paragraphs in documents(7, 60)] + ["", "—", "a" * 3000]
    found = count_words(texts, threads=threads)
    words = found.words.to_pylist()
    assert len(set(words)) == len(words)
    assert found.matrix.shape == (len(texts), len(words))
    for row, text in enumerate(texts):
        mine = found.matrix[[row]].tocoo()
        counts = zip(mine.coords[1].tolist(), mine.data.tolist())
        assert {words[i]: n for i, n in counts} == plain_counts(text)


def test_counting_nothing_and_what_is_no_list_of_texts():
    assert count_words([]).matrix.shape == (0, 0)
    assert count_words(["", "…"]).matrix.shape == (2, 0)
    with pytest.raises(ValueError, match="texts 'rain' is one string; give a list of strings"):
        count_words("rain")
    with pytest.raises(ValueError, match="something else than strings"):
        count_words(["rain", None])


def test_a_text_may_hold_what_parts_texts_here():
    found = count_words(["a\x1db", "b"])
    assert found.matrix.toarray().tolist() == [[1, 1], [0, 1]]


# --- terms of measures


def plain_terms(corpus, doc_ids: list[str]) -> pd.DataFrame:
    """Words by paragraph and phrases that recur by document, by plain loops."""
    rows, phrases = [], []
    for doc_id in doc_ids:
        tokens = tokenise([corpus.paragraphs(doc_id)])
        folded = tokens.table.folded.to_pylist()
        words = tokens.words
        names = [folded[i] for i in words.ids]
        ends = words.sentences[tokens.paragraphs].tolist()
        for number, (a, b) in enumerate(zip(ends, ends[1:]), start=1):
            rows += [(doc_id, number, t, 1, c) for t, c in sorted(Counter(names[a:b]).items())]
        own: Counter = Counter()
        for n in (2, 3):
            for k in range(len(names) - n + 1):
                if not any(words.gap[k + 1 : k + n]):
                    own[" ".join(names[k : k + n]), n] += 1
        phrases += [(doc_id, 0, t, n, c) for (t, n), c in own.items()]
    total: Counter = Counter()
    for _, _, t, n, c in phrases:
        total[t, n] += c
    rows += [row for row in phrases if total[row[2], row[3]] > 1]
    order = {d: i for i, d in enumerate(doc_ids)}
    rows.sort(key=lambda r: (order[r[0]], *r[1:4]))
    return pd.DataFrame(rows, columns=["doc_id", "paragraph", "term", "n", "count"])


@pytest.mark.parametrize("chunk", [120_000, 50, 30, 1])
def test_terms_are_those_of_plain_loops(chunk, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", chunk)
    rng = random.Random(3)
    vocabulary = "rain fell on the long river US us mill mill-race Karsia's, (dam) ends. …".split()
    texts = {
        f"d{k}": "\n\n".join(
            " ".join(rng.choice(vocabulary) for _ in range(rng.randrange(3, 30))) + " It is so now."
            for _ in range(rng.randrange(1, 4))
        )
        for k in range(40)
    }
    table = pd.DataFrame({"doc_id": list(texts), "source": "one", "text": list(texts.values())})
    corpus = read_corpus(table)
    found = measure(corpus, codebook=Codebook(), cache=False).terms
    expected = plain_terms(corpus, list(texts))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@given(st.lists(st.integers(0, 40), max_size=99), st.integers(1, 4))
def test_what_recurs(keys, least):
    expected = sorted(key for key, count in Counter(keys).items() if count >= least)
    assert tables.recurring(np.array(keys, np.uint64), least).tolist() == expected


def test_of_too_many_words_the_commonest_make_phrases(monkeypatch):
    monkeypatch.setattr(
        tables, "BITS", 2
    )  # three words: the, and, and of those that occur twice the first
    text = "the rain fell and the rain fell and the mill ran and the mill ran and the"
    corpus = read_corpus(pd.DataFrame({"source": ["one"], "text": [text]}))
    found = measure(corpus, codebook=Codebook(), cache=False).terms
    assert set(found.loc[found["n"] == 2, "term"]) == {"and the", "fell and"}


# --- odd input

LONG = 100_000


@pytest.mark.parametrize(
    "token",
    ["a", "a-", "x'", "\u00ad", "1,", ".", "A.", "漢", "а", "a.b", "“", "a@", "www.", "'", "(", "&",
     "_", "a_b", "http://a", "a/", "\u0301", "İ", "-", "a's"],
)  # fmt: skip
def test_a_token_of_a_hundred_thousand_characters(token):
    text = (token * LONG)[:LONG] + "a rain."  # a quadratic step would take minutes
    tokens = tokenise([[text, "It rained."]])
    assert len(tokens.words.ids) >= 2
    assert count_words([text]).matrix.sum() >= 1


def test_a_paragraph_of_a_million_characters_with_many_quotations():
    text = "He said: “We wait – and wait.” They left (for now). " * 20_000
    tokens = tokenise([[text.strip()]])
    assert len(tokens.sentences) - 1 >= 40_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("天气很好。我们去公园。", 1),  # up to four signs may be a name; a clause is no word
        ("שלום עולם. מה שלומך?", 4),
        ("مرحبا بالعالم. كيف الحال؟", 4),
        ("rain\x07 fell\x1b[0m \u202ehere\u202c", 4),
        ("— … !!!", 0),
        ("नमस्ते दुनिया। फिर मिलेंगे।", 4),
    ],
)
def test_scripts_and_controls(text, words):
    tokens = tokenise([[text]])
    assert len(tokens.words.ids) == words
    assert count_words([text]).matrix.sum() == words


def test_very_many_tiny_documents():
    table = pd.DataFrame({"source": "one", "text": [f"Rain fell {k}." for k in range(5_000)]})
    measures = measure(read_corpus(table), codebook=Codebook(), cache=False)
    assert measures.documents["words"].sum() == 15_000
    assert len(measures.sentences) == 5_000
    assert (measures.terms.loc[measures.terms["n"] == 2, "term"] == "rain fell").sum() == 5_000


def test_one_long_document(monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 1000)
    paragraph = "The long rain fell on the river, and the mill stood still. "
    text = "\n\n".join(f"{paragraph * 5} It was day {k} of the rain." for k in range(400))
    corpus = read_corpus(pd.DataFrame({"doc_id": ["d"], "source": ["one"], "text": [text]}))
    found = measure(corpus, codebook=Codebook(), cache=False).terms
    expected = plain_terms(corpus, ["d"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_results_of_threads_come_in_order():
    assert arrays.in_threads(lambda k: k + 1, range(5), 2) == [1, 2, 3, 4, 5]


def test_sentencex_gives_back_all_of_a_text():
    """What `sentences` rests on: the parts together are the text but for breaks."""
    text = "\n\n".join(f"It rained {k}. We left (early). “So what?” he said" for k in range(3000))
    parts = sentencex.segment("en", text)
    assert "".join(p for p in parts if p != "\n\n") == text.replace("\n\n", "")

"""What several test modules make: measures of small texts without cleaning or tokens."""

from types import SimpleNamespace

import pandas as pd


def by_white_space(texts):
    """Measure {doc_id: (source, text)} by white space; a blank line parts paragraphs."""
    documents, terms, sentences = [], [], []
    for doc_id, (source, text) in texts.items():
        paragraphs = [p.split() for p in text.split("\n\n") if p]
        documents.append((doc_id, source, sum(map(len, paragraphs))))
        for k, words in enumerate(paragraphs, 1):
            sentences.append((doc_id, k, k, len(words)))
            terms += [(doc_id, k, word, 1, 1) for word in words]
            for n in (2, 3):
                grams = zip(*(words[i:] for i in range(n)), strict=False)
                terms += [(doc_id, 0, " ".join(gram), n, 1) for gram in grams]
    keys = ["doc_id", "paragraph", "term", "n"]
    terms = pd.DataFrame(terms, columns=[*keys, "count"])
    return SimpleNamespace(
        documents=pd.DataFrame(documents, columns=["doc_id", "source", "words"]),
        terms=terms.groupby(keys, as_index=False)["count"].sum(),
        sentences=pd.DataFrame(sentences, columns=["doc_id", "paragraph", "sentence", "words"]),
    )

"""What the parameters of a notebook may name, looked up in the corpus before a kernel starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

KINDS = {"sources": "source", "target": "source", "reference": "source"}


def choices_of(corpus: Corpus, measures: Measures, values: dict[str, Any]) -> dict[str, list[str]]:
    """What there is to choose from for a notebook with these parameters, by kind.

    Raises
    ------
    ValueError
        If a lexicon or a list that the parameters name cannot be read.
    """
    documents, book = measures.documents, measures.record["codebook"]
    found = {
        "source": sorted(documents["source"].unique()),
        "theme": sorted(book["themes"]),
        "scale": sorted(book["scales"]),
        "by": list(documents.columns),
    }
    if "sides" in values:
        from crosscurrents.codebook.lists import targets_of

        found["sides"] = [*book["themes"], *(t.name for t in targets_of(corpus, None))]
    if "towards" in values:
        from crosscurrents.codebook.lists import targets_of, topic_words_of
        from crosscurrents.lexicon import read_lexicon

        read_lexicon(values.get("lexicon") or "vader")
        terms = topic_words_of(corpus, values.get("topic_words") or None)
        if values.get("guard") and not terms:
            raise ValueError(
                f"parameter 'guard' is {values['guard']!r}, but there are no topic words: add "
                "topic_words.txt to the corpus folder, or name a file in 'topic_words'"
            )
        found["towards"] = [t.name for t in targets_of(corpus, values.get("targets") or None)]
    return found


def check_choices(notebook: str, values: dict[str, Any], choices: dict[str, list[str]]) -> None:
    """Raise one ValueError for all values that name what the corpus or the codebook does not hold.

    Parameters
    ----------
    choices
        What there is to choose from, as `choices_of` gives it.

    >>> check_choices("themes", {"theme": "trade"}, {"theme": ["energy", "war"]})
    Traceback (most recent call last):
    ValueError: parameter 'theme' of notebook 'themes' is 'trade'; choose from ['energy', 'war']
    """
    wrong = []
    for name, value in values.items():
        known = choices.get(KINDS.get(name, name))
        if known is None or name == "source":
            continue
        named = value if isinstance(value, list) else [value] if value else []
        wrong += [
            f"parameter {name!r} of notebook {notebook!r} is {item!r}; choose from {known}"
            for item in named
            if item not in known
        ]
    both = values.get("target")
    if both and both == values.get("reference"):
        known = [source for source in choices.get("source", []) if source != both]
        wrong.append(
            f"parameter 'reference' of notebook {notebook!r} is its target, {both!r}; "
            f"choose from {known}"
        )
    if wrong:
        raise ValueError("; ".join(wrong))

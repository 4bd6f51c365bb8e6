"""Which column of a table holds texts, sources, dates: guessed by its name, or said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

# Names of columns in the usual languages, the most telling first; no accents, blanks or capitals.
NAMES = {
    "text": "text fulltext content body bodytext articletext articlebody article story maintext"
    " textbody contents fulldocument transcript volltext inhalt artikel texte contenu corps texto"
    " contenido cuerpo conteudo testo contenuto tekst tresc",
    "source": "source publication outlet publicationtitle publicationname newspaper medianame media"
    " publisher sourcename journal site sitename domain station channel quelle zeitung medium"
    " publikation journaltitle fuente medio periodico fonte testata giornale jornal bron krant"
    " zrodlo gazeta",
    "title": "title headline articletitle storytitle titel uberschrift schlagzeile titre titulo"
    " titular titolo kop tytul hed head",
    "date": "date publicationdate publishdate publishedat pubdate datepublished dateofpublication"
    " published articledate storydate publishedon publicationdatetime datetime timestamp"
    " datum erscheinungsdatum veroffentlicht fecha data datedepublication datapublicacao",
    "author": "author authors byline writer reporter creator autor autoren verfasser auteur auteurs"
    " autores autore autori redacteur",
    "url": "url link articleurl documenturl storyurl href permalink weburl adresse lien enlace",
    "language": "language lang languageofpublication sprache langue idioma lingua taal jezyk",
    "doc_id": "docid id documentid articleid storyid storiesid accessionnumber nr",
}  # fmt: skip
SYNONYMS = {ours: names.split() for ours, names in NAMES.items()}


def _plain(name: str) -> str:
    name = name.casefold()
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name)
    return re.sub(r"[\W_]+", "", "".join(c for c in name if not unicodedata.combining(c)))


def guess_columns(names: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which column of a table is which of ours, as {ours: theirs}.

    Parameters
    ----------
    names
        The columns of the table.
    given
        What a person says, as {ours: theirs}; it comes before any guess.

    Raises
    ------
    ValueError
        For a column that is not in the table, or said twice.

    >>> guess_columns(["Headline", "Publication", "Body", "Date"])
    {'text': 'Body', 'source': 'Publication', 'title': 'Headline', 'date': 'Date'}
    """
    given = dict(given or {})
    unknown = sorted(set(given.values()) - set(names))
    if unknown:
        raise ValueError(f"columns {unknown} are not in the table; choose from {list(names)}")
    if len(set(given.values())) < len(given):
        raise ValueError(f"columns {given} name one column twice")
    # A name that is ours stays what it is, also where another column has a better synonym.
    found = {n: n for n in SYNONYMS if n in names and n not in given and n not in given.values()}
    found |= given
    free = {_plain(name): name for name in reversed(names) if name not in found.values()}
    for ours, synonyms in SYNONYMS.items():
        theirs = next((free[s] for s in synonyms if s in free), None) if ours not in found else None
        if theirs is not None:
            found[ours] = theirs
            del free[_plain(theirs)]
    order = [*SYNONYMS, *(name for name in given if name not in SYNONYMS)]
    return {ours: found[ours] for ours in order if ours in found}


def parse_columns(text: str) -> dict[str, str]:
    """Columns as the command line says them.

    >>> parse_columns("text=Body, source=Publication")
    {'text': 'Body', 'source': 'Publication'}
    """
    pairs = [part.split("=", 1) for part in text.split(",") if part.strip()]
    wrong = [
        pair[0] for pair in pairs if len(pair) < 2 or not pair[0].strip() or not pair[1].strip()
    ]
    if wrong:
        raise ValueError(f"columns {text!r}: write text=Body,source=Publication")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}

"""Files -> documents: text, pages, office documents, e-books, mail, tables, exports."""

from crosscurrents.readers.columns import guess_columns, parse_columns
from crosscurrents.readers.dates import read_date, read_dates
from crosscurrents.readers.files import (
    check_text,
    chunks,
    decode,
    decoded,
    file_sha256,
    on_disk,
    open_regular,
    plain_ends,
    read_bytes,
    shown,
    stream_sha256,
    unreadable,
)
from crosscurrents.readers.formats import (
    APART,
    Context,
    Document,
    Reading,
    documents_of,
    format_of,
    no_texts,
    read_as,
    read_document_file,
    reading_of,
)
from crosscurrents.readers.tables import as_strings, read_table

__all__ = [
    "APART",
    "Context",
    "Document",
    "Reading",
    "as_strings",
    "check_text",
    "chunks",
    "decode",
    "decoded",
    "documents_of",
    "file_sha256",
    "format_of",
    "guess_columns",
    "no_texts",
    "on_disk",
    "open_regular",
    "parse_columns",
    "plain_ends",
    "read_as",
    "read_bytes",
    "read_date",
    "read_dates",
    "read_document_file",
    "read_table",
    "reading_of",
    "shown",
    "stream_sha256",
    "unreadable",
]

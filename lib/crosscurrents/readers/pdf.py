"""PDF -> text, a form feed between its pages, by pypdf."""

from __future__ import annotations

import io
import re
import unicodedata

PAGES = 3_000  # of a document: more than any report; an article has three
SPARSE = 20  # letters a page: fewer are page numbers and stamps on pictures of pages
LIGATURE = re.compile("[\ufb00-\ufb06]")  # one sign for two or three letters, as fonts have them
# What a browser prints above and below every page: time and title, address and number.
PRINTED = re.compile(
    r"(?m)^(?:\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}(?: ?[AP]M)?.*"
    r"|(?:https?|file)://\S+ \d+/\d+)$"
)
JUNK = re.compile(r"(?i)(microsoft word|untitled|.*\.(docx?|odt|rtf|indd|pdf|html?)\Z|\W*\Z)")


def read_pdf(data: bytes) -> tuple[str, dict[str, str]]:
    """Text of a PDF, and title and author of its properties.

    Raises ValueError if it is encrypted, damaged, too long, or made of pictures of pages.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        document = PdfReader(io.BytesIO(data), strict=False)
        if document.is_encrypted and not document.decrypt(""):
            raise ValueError("is encrypted; save it without a password")
        if len(document.pages) > PAGES:
            raise ValueError(f"has {len(document.pages):,} pages (at most {PAGES:,} are read)")
        pages = [page.extract_text() for page in document.pages]
        said = document.metadata or {}
    except (DependencyError, FileNotDecryptedError):
        raise ValueError("is encrypted; save it without a password") from None
    except ValueError:
        raise
    except (PyPdfError, Exception) as error:  # whatever a damaged file makes of pypdf
        raise ValueError(f"is a damaged PDF ({type(error).__name__})") from None
    if not pages:
        raise ValueError("is a PDF without pages")
    letters = sum(map(str.isalpha, "".join(pages)))
    if letters < SPARSE * len(pages):
        raise ValueError("is a PDF of pictures without text; run character recognition first")
    facts = {
        name: str(said.get(key) or "").strip()
        for name, key in (("title", "/Title"), ("author", "/Author"))
    }
    text = "\f".join(PRINTED.sub("", page) for page in pages)
    return LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text), {
        n: v for n, v in facts.items() if v and not JUNK.match(v)
    }

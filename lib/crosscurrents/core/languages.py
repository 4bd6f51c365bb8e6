"""Languages: the two letters of any tag of one, their names, and the language of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

# Code of two letters -> name in English, code(s) of three letters, name in the language itself.
LANGUAGES = {
    "ar": "Arabic ara", "bg": "Bulgarian bul", "ca": "Catalan cat", "cs": "Czech ces cze čeština",
    "da": "Danish dan dansk", "de": "German deu ger deutsch", "el": "Greek ell gre",
    "en": "English eng", "es": "Spanish spa español castilian", "et": "Estonian est",
    "fa": "Persian fas per farsi", "fi": "Finnish fin suomi", "fr": "French fra fre français",
    "he": "Hebrew heb", "hi": "Hindi hin", "hr": "Croatian hrv hrvatski",
    "hu": "Hungarian hun magyar", "id": "Indonesian ind", "it": "Italian ita italiano",
    "ja": "Japanese jpn", "km": "Khmer khm", "ko": "Korean kor", "lo": "Lao lao",
    "lt": "Lithuanian lit", "lv": "Latvian lav", "ms": "Malay msa may", "my": "Burmese mya bur",
    "nl": "Dutch nld dut nederlands", "no": "Norwegian nor nob nno nb nn",
    "pl": "Polish pol polski", "pt": "Portuguese por português", "ro": "Romanian ron rum română",
    "ru": "Russian rus русский", "sk": "Slovak slk slo", "sl": "Slovenian slv",
    "sr": "Serbian srp", "sv": "Swedish swe svenska", "th": "Thai tha",
    "tr": "Turkish tur türkçe", "uk": "Ukrainian ukr українська", "ur": "Urdu urd",
    "vi": "Vietnamese vie", "zh": "Chinese zho chi mandarin",
}  # fmt: skip
CODES = {name.lower(): code for code, names in LANGUAGES.items() for name in names.split()}
READ = 1_000  # signs of a text that its language is detected by: more change next to nothing
SURE = 0.8  # probability below which no language is named: a headline of names may be any
# Text of which so many words are these is English, and spares the second that the model takes to
# load: `the` is the word of no other language, and Dutch or Danish share few of the others.
ENGLISH, ENGLISH_SHARE = frozenset("the of and to that is was with for on by".split()), 0.15
WORDS = re.compile(r"[^\W\d_]+")
# Scripts that name a language alone, as Unicode's names of letters begin.
SCRIPTS = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "THAI": "th", "LAO": "lo", "KHMER": "km",
    "MYANMAR": "my",
}  # fmt: skip
# Languages written without blanks -> how a document of it can be counted (the end of a sentence).
WITHOUT_BLANKS = {
    "zh": "; to count it, pip install 'crosscurrents[chinese]'",
    "ja": "", "th": "", "lo": "", "km": "", "my": "",
}  # fmt: skip


@lru_cache  # it is asked once a paragraph
def language_code(tag: str | None) -> str:
    """The two letters of a language by any tag of it; English where there is none.

    >>> [language_code(tag) for tag in ("de-DE", "deu", "German", "EN", "", "russian")]
    ['de', 'de', 'de', 'en', 'en', 'ru']
    """
    name = re.split("[-_ ]", (tag or "en").strip().lower())[0]
    return CODES.get(name, name[:2]) or "en"


def language_name(code: str) -> str:
    """The English name of a language.

    >>> language_name("de"), language_name("xx")
    ('German', 'xx')
    """
    return LANGUAGES[code].split()[0] if code in LANGUAGES else code


def language_of(tag: str, paragraphs: Sequence[str]) -> str:
    """The code of a document's language: of its tag, or, where that is empty, told by its text."""
    return language_code(tag) if tag.strip() else detect_language(" ".join(paragraphs[:20]))


def detect_language(text: str) -> str:
    """The two letters of a text's language, "" where it is too short or mixed to tell.

    By the model of py3langid (Lui & Baldwin 2012), which is part of that package.

    >>> detect_language("Die Kosten sind da, und die Leute freuen sich, sagte die Frau.")
    'de'
    >>> detect_language("Moscow, Beijing 3")
    ''
    """
    words = WORDS.findall(text[:READ].lower())
    if len(words) >= 15 and words.count("the") > 1:
        if sum(map(ENGLISH.__contains__, words)) / len(words) >= ENGLISH_SHARE:
            return "en"
    letters = "".join(words)
    # No letter of these scripts comes before it.
    scripts = [unicodedata.name(c, "").split(" ")[0] for c in letters if c >= "\u0e00"]
    told = [SCRIPTS[script] for script in scripts if script in SCRIPTS]
    if 2 * (len(told) + scripts.count("CJK")) > len(letters):
        return max(set(told), key=told.count) if told else "zh"
    code, probability = _identifier().classify(text[:READ])
    code = language_code(code) if probability >= SURE else ""
    return "" if code in WITHOUT_BLANKS else code  # of a quotation: most letters are others


@cache
def _identifier():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = {*LANGUAGES, "nb", "nn"} & set(identifier.labels)  # rare ones are detected by mistake
    identifier.set_languages(sorted(known))
    return identifier

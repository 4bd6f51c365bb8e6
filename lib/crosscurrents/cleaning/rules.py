"""What a single line of a page gives itself away as: the table of line rules.

The rules of INSIDE_RULES and SHORT_RULES hold anywhere. A line of EDGE_RULES could as well be a
sentence, so it counts only before the first and after the last paragraph. The rules know pages of
outlets and journals in general, never one document.
"""

from __future__ import annotations

import re

SHORT = 14  # words: a headline of a news page is rarely longer, a paragraph rarely as short
LEAD = 60  # words: a standfirst, note or credit is shorter than this

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    rf"(?:{DAY}\s+{MONTH},?\s+\d{{4}}"
    rf"|{MONTH}\s+{DAY}(?:\s*[-–]\s*(?:{MONTH}\s+)?{DAY})?,?\s+\d{{4}}"
    rf"|{MONTH}(?:\s*[-–]\s*{MONTH})?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
UPPER = r"(?-i:[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f\u0400-\u042f])"
NAME = rf"{UPPER}[\w.'’-]*"
PIECE = r"(?:article|piece|essay|commentary|post|story|column|interview)"
AGENCY = (
    r"(?:reuters|ap|afp|epa|dpa|tass|ria(?: novosti)?|xinhua|sputnik|kyodo|yonhap|bloomberg"
    r"|anadolu|upi)\b"
)
CREDIT = (
    r"(?:(?:getty|alamy|shutterstock|istock|flickr|wikimedia|unsplash|pixabay|photos?|images?"
    rf"|pictures?|courtesy|handout|pool)\b|{AGENCY}\s*[/|]|[/|]\s*{AGENCY}"
    rf"|{NAME}(?: {NAME})+\s?/\s?{NAME})"
)
OWN = (
    r"(?:those of|solely|entirely|the author|(?:his|her|their|my|our)s? (?:own|alone)"
    r"|(?:his|hers|theirs|mine|ours) alone)"
)

LINK = r"<?(?:https?://|www\.)\S+>?|\[[^\]]+\]:\s*\S+"
NAVIGATION = (
    r"home|menu|skip to (?:main )?content|(?:back to )?top"
    r"|(?:previous|next|older|newer)(?: article| post| page| story)?"
)
FURNITURE = (
    r"original (?:url|article|source|link)\s*:.*|comments (?:are )?closed\.?|(?:\d+|no) comments?"
    r"|(?:leave|post|add) a (?:comment|reply)\b.*|press ctrl.*|advertisements?|loading\W*"
    rf"|(?:share|tweet|e-?mail|print|save)(?: (?:this|the) (?:{PIECE}|page)\b.*|)"
    r"|share(?: (?:on|via|with))?\s*:.*"
    r"|share (?:on|via) (?:facebook|twitter|x|linkedin|whatsapp|telegram|e-?mail)\b.*"
    r"|font (?:change|size)[^.]*|join (?:us|our|the)\b[^.]{0,60}"
    r"|(?:sign up|subscribe|register|log ?in|donate)\b(?:[^.]{0,80}"
    r"|.*\b(?:newsletters?|accounts?|alerts?|inbox|subscription|journalism)\b.*)"
    r"|(?:page )?\d+(?: ?(?:of|/) ?\d+)?|all rights reserved\.?"
    r"|(?:copyright\s*(?:©|\(c\)|\d{4}|by\b)|©|\(c\)\s*\d{4}).*"
    r"|(?:filed under|tags?|tagged|topics?|keywords?)\s*:.*"
    rf"|listen to this {PIECE}\b.*|\d+ min(?:ute)?s? read"
)
DATED_LINE = (
    r"(?:(?:first )?(?:published|updated|posted|last (?:modified|updated))(?: on)?:?\s*)?"
    rf"(?:\w+day,?\s+)?{DATE}(?:,?\s+(?:at )?\d{{1,2}}[:.]\d{{2}}.{{0,12}})?"
)
BYLINE = (
    rf"(?:by|text by|written by|author:)\s+{NAME}"
    rf"(?:(?:,| and| in| for| at| de| von| van)?\s{NAME})*"
    r"(?:\s*[|·•,–—]\s*[^.!?]{2,60})?"
)
RELATED = (
    r"(?:related(?: articles?| stor(?:y|ies)| content| posts?| reading)?"
    r"|more on this(?: topic| story)?|read more|read next|see also|read also|also read"
    r"|you (?:may|might) also like|recommended(?: reading| for you)?|most read|further reading)"
    r"\s*[:|>].*"
)
CITATION = (
    rf"this {PIECE} (?:is|was|has been) (?:an? )?(?:extract(?:ed)?|excerpt(?:ed)?|adapted) from\b.*"
    rf"|this {PIECE} (?:is|was|has been)"
    r" (?:re(?:printed|published|produced) (?:from|with|by|under|on)"
    r"|(?:first|originally|previously) (?:published|posted|printed))\b.*"
    rf"|this {PIECE} (?:first|originally) appeared\b.*|doi:.*"
    rf"|(?:preferred|suggested|recommended) citation.*|(?:how to )?cite (?:this {PIECE}|as\s*:).*"
    r"|(?:extract(?:ed)?|excerpt(?:ed)?|adapted|reprinted|republished) from\b"
    r".*\b(?:vol\.|no\.|pp\.|cite as|doi).*"
)
DISCLAIMER = (
    r"(?=.*\b(?:authors?|writers?|contributors?|columnists?|editors?|publishers?|publication"
    rf"|{PIECE}s?|journal|newspaper|magazine|website|institut\w*|positions? of|opinions? of|here"
    rf"|alone)\b)(?:.*\b(?:views?|opinions?|positions?|{PIECE}s?)\b.{{0,120}}"
    r"\bdo(?:es)? not necessarily (?:reflect|represent|coincide|agree)\b.*"
    r"|(?:.*[.!?]\s+)?(?:the |all |any )?(?:views?|opinions?)\s+(?:\w+\s+)?(?:expressed|presented"
    r"|contained|stated|held|here|in th|of (?:the )?(?:author|writer|contributor)|are)"
    rf".*\b(?:are|is|be|belong\w*|remain)\b(?: \w+)? {OWN}\b.*)"
)
NOTE = (
    r"(?:editor|author|publisher|translator)s?['’]?s?['’]? notes?\s*:.*"
    r"|(?:correction|clarification|update)\s*:.*"
    rf"|(?:this|an earlier version of this|a previous version of this) {PIECE} (?:has been|was|is)"
    r" (?:updated|amended|corrected|edited|modified|translated|revised)\b.*"
)
LABEL = (
    r"(?:photo|image|picture|caption|credit|photograph|illustration)s?(?: by| credit| courtesy)?"
    r"\s*:.*|sources?\s*:[^.]*"
)
CAPTION = (
    rf".*\((?:[^()]*\b)?{CREDIT}[^()]*\)|{LABEL}"
    rf"|[^.]*\b(?:photo|image|picture) by {NAME}[^.]*|.*(?:©|\s/)\s*(?:{CREDIT}|{AGENCY})[^.]*"
    rf"|.*(?-i:\b(?:REUTERS|AP Photo|AFP|EPA|TASS|Getty Images))\s?/\s?{NAME}.{{0,40}}"
)
DOMAIN = r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|int|ru|cn|uk|de|fr|eu)"
EDGE_DISCLAIMER = (
    r"(?:.*[.!?]\s+)?(?:the |all |any )?(?:views?|opinions?)\b.{0,60}"
    r"\b(?:expressed|are|necessarily)\b.*"
    r"\b(?:necessarily|solely|own|alone|authors?|reflect|represent|those of)\b.*"
)
EDGE_CITATION = (
    r"(?:(?:originally |first )?(?:published|appeared) (?:in|by|on|at)|(?:extract(?:ed)?"
    r"|excerpt(?:ed)?|adapted|reprinted|republished) (?:from|with))\b(?:[^,]*"
    r"|.*\b(?:permission|licen[cs]e|rights|vol\.|no\.|pp\.|journal|issue)\b.*)"
    rf"|this {PIECE} (?:was |is )?(?:originally |first )?(?:published|appeared)\b.*"
)
EDGE_FURNITURE = (
    r"(?:published|updated|posted|last (?:modified|updated))\b[^,]{0,50}\d[^,]{0,20}"
    r"|(?:by|we|this (?:web)?site|our|your|(?:view|read|see) our)\b"
    r".*\b(?:uses? cookies|privacy policy|terms of (?:use|service)|cookie policy)\b.*"
    r"|(?:please )?(?:(?:follow|like|find|join) us (?:on|at)|support (?:our|us|independent)"
    r"|(?:sign up|subscribe|register|donate)\b.*\b(?:to|for|now|today)|(?:download|get) (?:our|the)"
    r"\b.*\b(?:apps?|newsletters?|briefings?|inbox|latest)|read (?:our|the full)|join our)\b.*"
)
EDGE_CREDIT = (
    r"\(?(?:additional |with )?(?:reporting|writing|editing|translation|research|graphics"
    rf"|compiled|translated|edited)(?: and (?:reporting|writing|editing))? by:? {NAME}.*"
)
# At the head of an essay such a sentence says what it rests on; after its end, what page it is on.
TAIL_CITATION = rf"this {PIECE} (?:is|was) (?:based|taken)\b.*"


def _table(**rules: str) -> re.Pattern:
    """One pattern for a table of rules, tried in their order; its group names the reason."""
    groups = "|".join(f"(?P<{name}>{rule})" for name, rule in rules.items())
    return re.compile(rf"(?:{groups})\Z", re.I | re.S)


INSIDE_RULES = _table(  # these look at more than how a line begins: only tried on a hint
    table=r"\|.*\|", related_article=RELATED, citation=CITATION,
    disclaimer=DISCLAIMER, editors_note=NOTE, caption=CAPTION,
)  # fmt: skip
OPENING_RULES = _table(  # the same without what is sought in the midst of a line, which takes long
    table=r"\|.*\|", related_article=RELATED, citation=CITATION, editors_note=NOTE, caption=LABEL,
)  # fmt: skip
SHORT_RULES = _table(
    link=LINK, navigation=NAVIGATION, page_furniture=FURNITURE, date=DATED_LINE, byline=BYLINE,
    caption=DOMAIN,
)  # fmt: skip
EDGE_RULES = _table(citation=EDGE_CITATION, page_furniture=EDGE_FURNITURE, credit=EDGE_CREDIT)
VIEWS_RULES = _table(disclaimer=EDGE_DISCLAIMER)
TAIL_RULES = _table(citation=TAIL_CITATION)
OWNERS = ("those of", "solely", "entirely", "the author", "own", "alone")  # one of them is in OWN
BY = ("photo by", "image by", "picture by")
SAME = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}  # as re.I has it
REASONS = {"editors_note": "editor's note"}
# How a line begins that one of INSIDE_RULES may match.
HINT = re.compile(
    r"(?:this|an? (?:earlier|previous)|related|more|read|see|you|recommended|most|further|preferred"
    r"|suggested|how to|cite|doi|extract|excerpt|adapted|reprinted|republished|editor|author"
    r"|publisher|translator|correction|clarification|update|photo|image|picture|caption|credit"
    r"|illustration|source|\|)",
    re.I,
)


def line_reason(text: str, words: int) -> str:
    """Give the reason why a line, without its marks, is no prose; "" where nothing tells.

    >>> line_reason("Related: Two rivers", 3), line_reason("Related by blood, they met.", 5)
    ('related article', '')
    """
    reason = ""
    if words <= LEAD and hinted(text):
        reason = _reason((INSIDE_RULES if _claims(text) else OPENING_RULES).match(text))
    return reason or (_reason(SHORT_RULES.match(text)) if words <= SHORT else "")


def edge_reason(text: str, words: int, *, tail: bool = False) -> str:
    """Give the reason why a line at the edge of a text is no prose; "" where nothing tells.

    >>> edge_reason("Published in 1936 by the Meadow Press.", 7)
    'citation'
    """
    if words > LEAD:
        return ""
    if "iew" in text or "pinion" in text:
        if reason := _reason(VIEWS_RULES.match(text)):
            return reason
    return _reason(EDGE_RULES.match(text) or (TAIL_RULES.match(text) if tail else None))


def hinted(text: str) -> bool:
    """Whether a line holds what any of INSIDE_RULES needs (quick; so does some prose)."""
    return (
        HINT.match(text) is not None
        or (text[-1] == ")" and "(" in text)
        or "iew" in text
        or "pinion" in text
        or "necessarily" in text
        or "/" in text
        or "©" in text
        or (" by " in text and text[-1] != ".")
    )


def _claims(text: str) -> bool:
    """Whether a line holds what a disclaimer or a caption needs that shows inside of it only."""
    if text[-1] == ")" or "/" in text or "©" in text:
        return True
    for sign, letter in SAME.items():
        text = text.replace(sign, letter)
    lower = text.lower()
    if "view" in lower or "opinion" in lower:
        if any(word in lower for word in OWNERS):
            return True
    return "necessarily" in lower or any(word in lower for word in BY)


def _reason(match: re.Match | None) -> str:
    name = match.lastgroup if match else ""
    return REASONS.get(name, name.replace("_", " "))

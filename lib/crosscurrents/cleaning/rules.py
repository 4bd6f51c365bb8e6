"""What a single line of a page gives itself away as: one table of rules.

A new rule is one entry of `RULES`; its example is its test. The rules know pages of outlets,
mailings, journals and exports in general, never one document.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SHORT = 14  # words: a headline of a news page is rarely longer, a paragraph rarely as short
NOTICE = 30  # words: a notice or a source line is shorter than this
LEAD = 60  # words: a standfirst, note or credit is shorter than this

MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?"
    r"|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
DATE = (
    rf"(?:{DAY}\s+{MONTH},?\s+\d{{4}}"
    rf"|{MONTH}\s+{DAY}(?:\s*[-–]\s*(?:{MONTH}\s+)?{DAY})?,?\s+\d{{4}}"
    rf"|{MONTH}(?:\s*[-–]\s*{MONTH})?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4}\b)?"
TIME = rf"(?:{CLOCK}|\d{{1,2}}\s?[ap]\.?m\.?)"
UPPER = r"(?-i:[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f\u0400-\u042f])"
NAME = rf"{UPPER}[\w.'’-]*"
NAMES = rf"{NAME}(?:(?:,| and| in| for| at| de| von| van)?\s{NAME})*"
PIECE = r"(?:article|piece|essay|commentary|post|story|column|interview|conversation|transcript)"
AGENCY = (
    r"(?:reuters|ap|afp|epa|dpa|tass|ria(?: novosti)?|xinhua|sputnik|kyodo|yonhap|bloomberg"
    r"|anadolu|upi|pa|associated press)\b"
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
NUMBER = r"(?:\d{1,3}|(?-i:[IVXLC]{1,7})|the first|one|two|three|four|five|six|seven|eight|nine|ten)"
DOMAIN = r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|int|ru|cn|uk|de|fr|eu)"
STAMP = r"(?:(?:first )?(?:published|updated|posted|last (?:modified|updated))(?: (?:on|at))?:?\s*)"


class Rule(NamedTuple):
    """One rule: the whole line matches `pattern`, case ignored, in at most `words` words.

    `begins` and `holds` are bits of text, "|" between them, one of which the line begins with (in
    any case) or holds: without one the pattern, which takes longer, is not tried.
    `where` is "anywhere", "head" (above the first paragraph of prose), "tail" (behind the last),
    "edge" (either), or "closing": anywhere in the second half, and what follows goes as well.
    """

    reason: str
    pattern: str
    example: str
    why: str
    begins: str = ""
    holds: str = ""
    words: int = SHORT
    where: str = "anywhere"


DIGITS = "0|1|2|3|4|5|6|7|8|9"
RULES = (
    # --- ways about the page
    Rule("link", r"<?(?:https?://|www\.)\S+>?|\[[^\]]+\]:\s*\S+", "https://herald.example/a",
         "an address is no sentence", begins="http|<http|www.|<www.|["),
    Rule("table", r"\|.*\||(?=.*\d)[^|]+(?:\|[^|]+)+|[^|]+(?:\t+[^\t]+){2,}",
         "Timber | 980,000 | 260,000", "cells between bars", holds="|", words=LEAD),
    Rule("navigation", r"home|menu|search|skip to (?:main |the )?(?:content|navigation)"
         r"|(?:back to )?top|(?:previous|next|older|newer)(?: article| post| page| story)?"
         r"|home\s*[>›»/|].*", "Skip to main content", "words of a menu",
         begins="home|menu|search|skip|back|top|prev|next|older|newer"),
    Rule("page furniture", rf"(?:share|tweet|e-?mail|print|save)(?: (?:this|the) (?:{PIECE}|page)\b.*|)"
         r"|share(?: (?:on|via|with))?\s*:.*"
         r"|share (?:on|via) (?:facebook|twitter|x|linkedin|whatsapp|telegram|e-?mail)\b.*",
         "Share this article", "buttons to pass a page on", begins="share|tweet|e|print|save"),
    Rule("navigation", r"[^|›»·•.!?]{1,40}(?:\s*[|›»·•]\s*[^|›»·•.!?]{1,40}){2,}",
         "News | Sport | Weather", "a menu of one line", holds="||›|»|·|•"),
    Rule("navigation", r".{1,80}?(?:(?:\.\s?){4,}|…{2,})\s*(?:\d+|[ivxlc]+)",
         "I. The First Gate . . . . . 3", "a line of a table of contents", holds="....|. . .|……"),
    Rule("page furniture", r"original (?:url|article|source|link)\s*:.*"
         r"|comments (?:are )?closed\.?|(?:\d+|no) comments?|comments? \(\d+\)|press ctrl.*"
         r"|(?:leave|post|add) a (?:comment|reply)\b.*|advertisements?|loading\W*|font (?:change|size)[^.]*"
         r"|(?:story|article) continues (?:below|after).*|(?:scroll|swipe|click|tap) (?:\w+ )?to continue.*"
         rf"|this {PIECE} is (?:more than|over) .{{1,20}} old\.?|reuse this content|sign in|show more|see all"
         r"|(?:upgrade to paid|subscribed|restack|start writing|likes?|comment)|\d+ likes?"
         r"|continue reading\b[^.]*|(?:page )?[-–— ]*\d+[-–— ]*(?: ?(?:of|/) ?\d+)?"
         rf"|listen to this (?:{PIECE}|page|episode)\b.*|\d+ min(?:ute)?s? read|(?:\d+|an?) (?:minute|hour|day|week)s? ago",
         "Comments are closed.", "what only pages say",
         begins=f"original|this|reuse|sign|show|see|upgrade|subscribed|restack|start|like|comment|no comm|leave|post a|add a|adv|loading|font|story|article|scroll"
         f"|swipe|click|tap|continue|page|press|listen|a|-|–|—|{DIGITS}"),
    Rule("page furniture", r"(?:filed under|tags?|tagged|topics?|keywords?)\s*:.*",
         "Tags: rivers, dams", "key words", begins="filed|tag|topic|keyword"),
    Rule("page furniture", r"join (?:us|our|the)\b[^.]{0,60}|(?:sign up|subscribe|register|log ?in|donate)\b"
         r"(?:[^.]{0,80}|.*\b(?:newsletters?|accounts?|alerts?|inbox|subscription|journalism)\b.*)",
         "Sign up for our newsletter, The Morning Gauge.", "an offer to subscribe",
         begins="join|sign up|subscribe|register|log|donate"),
    Rule("page furniture", r"(?:support|help)\b.{2,60}\b(?:a member|subscri\w+|donat\w+|supporters?)\b.*"
         r"|become a (?:member|supporter|subscriber)\b.*", "Support the Gazette: become a member today.",
         "an offer to join", begins="support|help|become", words=NOTICE),
    Rule("page furniture", r"(?:thanks|thank you) for reading\b.*\bsubscribe\b.*",
         "Thanks for reading Mud! Subscribe for free to receive new posts.", "the same with thanks",
         begins="thank", words=NOTICE),
    Rule("page furniture", r"unsubscribe\b[^.]*|to unsubscribe\b.*|view (?:this|it|in)\b.*\bbrowser\b.*"
         r"|(?:you (?:are|have been) receiv(?:ing|ed)|you received) this\b.*|sent from my\b.*|sent via\b.*"
         r"|(?:did a friend|was this) forward.*|(?:manage|update|change) your (?:e-?mail )?(?:preferences"
         r"|subscription)\b.*"
         r"|.* (?:is|was) sent to \d.* by .*",
         "You are receiving this email because you are a member.", "a line of a mail program",
         begins="unsub|to unsub|view|you|sent|did|was|manage|update|change",
         holds=" sent to ", words=NOTICE),
    Rule("page furniture", r"(?:copyright\s*(?:©|\(c\)|\d{4}|by\b|[^.]{1,60}\d{4}\Z)|©|\(c\)\s*\d{4}|all rights reserved"
         r"|no part of this\b.*\bmay be\b).*", "Copyright 2019 by the Courier. All rights reserved.",
         "a copyright line of any length", begins="copyright|©|(c)|all rights|no part", words=LEAD),
    Rule("page furniture", r"for immediate release.*|embargoed .*|(?:press|media|news) release"
         r"|-*\s*(?:more follows|end of (?:document|article|message|transcript))\s*-*|document \d+ of \d+"
         r"|(?:final|first|late|morning|evening|weekend)(?: \w+)? edition",
         "FOR IMMEDIATE RELEASE", "stamps on press releases and exports",
         begins="for imm|emb|press|media|news|-|more|end|document|final|first|late|morning|evening|week"),
    Rule("time stamp", r"webvtt.*|\W*(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d+)?\W*"
         r"|(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d+\s*-->.*",
         "00:00:01,000 --> 00:00:04,000", "times of captions", begins=f"webvtt|[|(|{DIGITS}"),
    Rule("licence", r".*\bproject gutenberg\b.*|produced by\b.*\b(?:volunteers?|team|proofread\w*)\b.*",
         "End of the Project Gutenberg EBook of Rain", "licence and makers of an e-book",
         begins="produced by", holds="Gutenberg|GUTENBERG", words=LEAD),
    # --- who, when, where from
    Rule("date", rf"{STAMP}?(?:{NAME}(?: {NAME}){{0,2}},\s+)?(?:{WEEKDAY},?\s+)?{DATE}"
         rf"(?:,?\s+{WEEKDAY})?(?:,?\s+(?:at )?{TIME}.{{0,12}})?(?:\s*\|.*)?",
         "Last updated: 2023-03-14 at 10:30", "a date line", holds="20|19|18"),
    Rule("date", rf"{STAMP}(?:{TIME}.*|{DATE}.*|\d.*\bago|today.*|yesterday.*)|\(?updated\)?",
         "Updated 3:45 PM ET, Tue March 5, 2019", "a stamp of changes",
         begins="first|publ|upda|post|last|("),
    Rule("date", rf"(?:end |begin )?{TIME}\s?(?:[A-Z]{{2,4}})?", "11:02 A.M. EDT", "a time of day",
         begins=f"end|begin|{DIGITS}", words=4),
    Rule("byline", rf"(?:von|par|por|di|door)\s+{NAME}(?: {NAME}){{1,3}}", "Von Petra Lind",
         "who wrote it, in other languages", begins="von|par|por|di|door", words=6, where="head"),
    Rule("byline", rf"(?:by|text by|story by|words by|written by|reported by|interview by|author:"
         rf"|interview:|words:|text:|text and (?:photo|picture)\w*:)\s+{NAMES}(?:\s*[|·•,–—]\s*[^.!?]{{2,60}})?",
         "By J. R. Marsh, our correspondent in Tarsk", "who wrote it",
         begins="by |text|story|words|written|reported|interview|author"),
    Rule("date line", r"issue (?:no\. ?)?\d+[^.!?]{0,40}|(?:vol(?:ume)?|no)\.? \d+.{0,40}",
         "Issue 7, October 2020", "the number of an issue", begins="issue|vol|no", where="head"),
    Rule("page furniture", r"opinions?|news|sports?|analysis|comment|editorial|world|politics"
         r"|business|culture|letters|features?|lifestyle|health|science|technology|transcript|contents"
         r"|(?:\w+ )?news|sign (?:in|up)|log ?in|my account|exclusive|breaking(?: news)?|live|(?:working|discussion) paper(?: no\.?)? \d+",
         "OPINION", "the section of a page", where="head"),
    Rule("credit", rf"\(?(?:additional |with )?(?:reporting|writing|editing|translation|research"
         rf"|graphics|compiled|translated|edited)(?: and (?:reporting|writing|editing))? by:? (?:{NAME}|the ).*"
         r"|our standards:.*|.{3,120} contributed (?:to (?:this|the) (?:report|story|article)|reporting)\b.*",
         "Associated Press writer Dora Em in Glasgow contributed to this report.",
         "who helped", begins="our standards", holds="contributed|ing by|ed by|ch by|ation by|ics by",
         words=LEAD),
    Rule("credit", rf"\((?:{AGENCY}|(?:{NAME} ?)+;\s*(?:additional|editing|reporting|writing|with)\b)[^()]*\)|follow {AGENCY}.{{0,3}} coverage.*"
         r"|follow \S+ on \S+\.?|\(\$1 = [^()]*\)|\((?-i:[A-Z][a-z]+wire)\)",
         "(Coastwire; additional reporting by the Courier)", "lines of an agency",
         begins="(|follow", words=NOTICE),
    # --- what belongs to other pages
    Rule("related article", r"(?:related(?: articles?| stor(?:y|ies)| content| posts?| reading)?"
         r"|more on this(?: topic| story)?|read more|read next|see also|read also|also read"
         r"|you (?:may|might) also like|recommended(?: reading| for you)?|most read|further reading"
         r"|in pictures|watch|listen|video|gallery)\s*[:|>].*",
         "Related article: The sluice", "other pieces",
         begins="rel|more|read|see|also|you|rec|most|further|in pic|watch|listen|video|gallery",
         words=LEAD),
    Rule("citation", rf"this {PIECE} (?:is|was|has been) (?:an? )?(?:extract(?:ed)?|excerpt(?:ed)?|adapted)"
         rf" from\b.*|this {PIECE} (?:is|was|has been)"
         r" (?:re(?:printed|published|produced) (?:from|with|by|under|on)"
         r"|(?:first|originally|previously) (?:published|posted|printed))\b.*"
         rf"|this {PIECE} (?:first|originally) appeared\b.*|doi:.*"
         rf"|(?:preferred|suggested|recommended) citation.*|(?:how to )?cite (?:this {PIECE}|as\s*:).*"
         r"|(?:extract(?:ed)?|excerpt(?:ed)?|adapted|reprinted|republished) from\b"
         r".*\b(?:vol\.|no\.|pp\.|cite as|doi).*",
         "This essay is an extract from Rivers and Their Owners.", "where it first stood",
         begins="this|doi|pref|sugg|rec|how|cite|extr|exce|adap|repr|repu", words=LEAD),
    Rule("citation", r"(?:(?:originally |first )?(?:published|appeared) (?:in|by|on|at|\d{4})"
         r"|(?:extract(?:ed)?|excerpt(?:ed)?|adapted|reprinted|republished) (?:from|with))\b(?:[^,]*"
         r"|.*\b(?:permission|licen[cs]e|rights|vol\.|no\.|pp\.|journal|issue)\b.*)"
         rf"|this {PIECE} (?:was |is )?(?:originally |first )?(?:published|appeared)\b.*",
         "Published in 1936 by the Meadow Press.", "the same in fewer words",
         begins="orig|first|publ|appe|extr|exce|adap|repr|repu|this", words=LEAD, where="edge"),
    Rule("citation", rf"this {PIECE} (?:is|was) (?:based|taken)\b.*",
         "This piece is based on the author’s article in the Basin Review.",
         "at the head of an essay it says what the essay rests on", begins="this", words=LEAD, where="tail"),
    # --- what the makers of the page say
    Rule("disclaimer", r"(?=.*\b(?:authors?|writers?|contributors?|columnists?|editors?|publishers?|publication"
         rf"|{PIECE}s?|journal|newspaper|magazine|website|institut\w*|positions? of|opinions? of|here"
         rf"|alone)\b)(?:.*\b(?:views?|opinions?|positions?|{PIECE}s?)\b.{{0,120}}"
         r"\bdo(?:es)? not necessarily (?:reflect|represent|coincide|agree)\b.*"
         r"|(?:.*[.!?]\s+)?(?:the |all |any )?(?:views?|opinions?)\s+(?:\w+\s+)?(?:expressed|presented"
         r"|contained|stated|held|here|in th|of (?:the )?(?:author|writer|contributor)|are)"
         rf".*\b(?:are|is|be|belong\w*|remain)\b(?: \w+)? {OWN}\b.*)",
         "The views expressed here are those of the author alone.", "whose opinion it is",
         holds="necessarily|iews |iew |pinions |pinion ", words=LEAD),
    Rule("disclaimer", r"(?:.*[.!?]\s+)?(?:the |all |any )?(?:views?|opinions?)\b.{0,60}"
         r"\b(?:expressed|are|necessarily)\b.*"
         r"\b(?:necessarily|solely|own|alone|authors?|reflect|represent|those of)\b.*",
         "The opinions in this column are those of its author.", "the same in other words",
         holds="iews |iew |pinions |pinion ", words=LEAD, where="edge"),
    Rule("editor's note", r"(?:editor|author|publisher|translator)s?['’]?s?['’]? notes?\s*:.*"
         r"|(?:correction|clarification|update)\s*:.*"
         rf"|(?:(?:this|the|our|an earlier version of this|a previous version of this) {PIECE}) (?:has been|was|is)"
         r" (?:(?:lightly |slightly )?(?:updated|amended|corrected|edited|modified|translated|revised|condensed"
         r"|shortened))\b.*", "This article has been amended to put a date right.", "what was changed",
         begins="editor|author|publisher|translator|corr|clar|update|this|the |our|an |a prev", words=LEAD),
    # --- pictures and tables
    Rule("caption", r"(?:file )?(?:photo|image|picture|caption|credit|photograph|illustration|graphic|foto)s?"
         r"(?: by| credit| courtesy)?\s*:.*|(?:data |own )?sources?\s*:.*"
         r"|\[(?:illustration|image|photo|figure|picture)\b[^\]]*\]"
         r"|(?:figure|table|chart|fig\.) \d+(?:\.\d+)?[.:] [^.!?]*\.?",
         "Source: Ministry of Water, own calculation.", "a picture's or table's words",
         begins="file|pho|ima|pic|cap|cre|ill|gra|foto|data|own|sou|[|fig|tab|cha", words=LEAD),
    Rule("caption", rf".*\((?:[^()]*\b)?{CREDIT}[^()]*\)", "The dam at dawn, 3 March. (Ole Brandt/Courier)",
         "it ends in a credit", holds=")", words=LEAD),
    Rule("caption", rf".*\b(?:photograph|photo|picture|image|credit|foto|illustration)s?: {NAME}.{{0,60}}",
         "The light at Sorrel Point. Photograph: Tom Reyes/The Gazette", "it ends in a credit",
         holds="hotograph: |hoto: |icture: |mage: |redit: |oto: |tion: ", words=LEAD),
    Rule("caption", rf"[^.]*\b(?:photo|image|picture) by {NAME}[^.]*|.*(?:©|\s/)\s*(?:{CREDIT}|{AGENCY})[^.]*"
         rf"|.*(?-i:\b(?:REUTERS|AP Photo|AFP|EPA|TASS|Getty Images))\s?/\s?{NAME}.{{0,40}}",
         "The minister at the gate, 3 March 2023. REUTERS/Ole Brandt", "a credit in it",
         holds="hoto by|mage by|icture by|©|/", words=LEAD),
    Rule("caption", DOMAIN, "Courier.example.com", "the site that a picture is from", holds="."),
    # --- headings that say so
    Rule("section heading", r"(?:abstract|summary|executive summary|conclusions?|acknowledge?ments|appendix"
         r"|keywords):?|[\[(](?:verse|chorus|refrain|bridge|intro|outro)\b[^\])]{0,20}[\])]",
         "Abstract", "a part of a paper or of a song", begins="abs|sum|exec|conc|ack|app|key|[|(", words=4),
    Rule("footnote", r".*\b(?:e-?mail|corresponding author)\b.*@.*",
         "University of Tarsk. E-mail: j.kolb@tarsk.example", "where an author works", holds="@", words=NOTICE),
    Rule("section heading", rf"(?:chapter|act|scene|canto|part|book|stanza|appendix|volume) {NUMBER}"
         r"(?:\.?|[.:,–—-]+ (?:[^.!?]{1,60}))\.?|(?-i:[IVXLC]{1,7})\.?|epilogue|prologue|introduction",
         "CHAPTER II. The boat", "the number of a chapter, an act, a scene",
         begins="chap|act|sce|can|part|book|sta|app|vol|i|v|x|l|c|epi|pro", words=10),
    # --- notices, at the edges only: elsewhere they could be sentences
    Rule("page furniture", r"(?:published|updated|posted|last (?:modified|updated))\b[^,]{0,50}\d[^,]{0,20}"
         r"|(?:by|we|this (?:web)?site|our|your|(?:view|read|see) our)\b"
         r".*\b(?:uses? cookies|privacy policy|terms of (?:use|service)|cookie policy)\b.*"
         r"|(?:please )?(?:(?:follow|like|find|join) us (?:on|at)|support (?:our|us|independent)"
         r"|(?:sign up|subscribe|register|donate)\b.*\b(?:to|for|now|today)|(?:download|get) (?:our|the)"
         r"\b.*\b(?:apps?|newsletters?|briefings?|inbox|latest)|read (?:our|the full)|join our)\b.*",
         "Follow us on X.", "what readers are asked to do",
         begins="publ|upda|post|last|by|we|this|our|your|view|read|see|please|follow|like|find|join|supp"
         "|sign|subs|regi|dona|down|get", words=LEAD, where="edge"),
    Rule("page furniture", r"(?:donate|subscribe|subscribers can|members can|to (?:donate|subscribe|join)\b)"
         r"(?:,| at| by| here| and| download| read| log| write|,? visit| send)?\b.*",
         "Subscribers can download the model from our website.", "the same as a sentence",
         begins="donate|subscribe|members can|to donate|to sub|to join", words=NOTICE, where="tail"),
    Rule("byline", rf"compiled by .*|{NAME} and the [\w ]+ team|(?:\w+ )?(?:team|staff|editors)",
         "Ann and the Bridge Watch team", "who signs", words=8, where="tail"),
    Rule("contact", r"(?:for )?(?:(?:further|more) information|(?:media|press) (?:contact|enquiries|inquiries|office))"
         r"\b.*(?:contact|:|@|\d{3}).*|.*\b[\w.]+@[\w-]+\.[\w.]+\W*|contacts?:.*",
         "Media contact: Jo Finch, +44 1632 960 001", "whom the press may call",
         begins="for |further|more|media|press|contact", holds="@", words=LEAD, where="tail"),
    Rule("credit", r"[a-z]{2,4}(?:[-/][a-z]{2,4}){1,4}", "mla/bd/pvh", "initials of an agency's desk",
         holds="/", words=1, where="tail"),
    Rule("notes to editors", r"-*\s*ends?\s*-*|-\s?30\s?-|#\s?#\s?#|notes? (?:to|for) (?:the )?editors?:?",
         "ENDS", "a press release is over", begins="-|end|#|note", where="closing"),
    Rule("notes to editors", rf"about (?:the )?{NAME}(?: {NAME}){{0,4}}|about us|about the authors?",
         "About Velm Water", "a press release speaks of its sender", begins="about", words=7,
         where="closing"),
    Rule("quoted mail", r"on .{6,100} wrote:|[-_ ]*(?:forwarded|original) message\W*",
         "On 2 Mar 2019, at 09:10, Ann Bo wrote:", "the mail that is answered", begins="on |-|_|forw|orig",
         words=NOTICE, where="closing"),
    Rule("footnote", r"(?:foot|end)?notes?:?|references:?|bibliography|works cited|further reading",
         "References", "notes follow", begins="note|foot|end|ref|bib|work|further", words=3, where="closing"),
    Rule("related article", r"most (?:read|viewed|popular)|mehr zum thema|topics|trending(?: now)?|latest(?: news| stories)?|top stories|popular(?: now)?"
         r"|more (?:stories|news|on this story|from .{2,30})|you (?:may|might) also like|recommended(?: for you)?"
         r"|related(?: articles| stories)?|read next|see also", "Most read", "headlines of others follow",
         begins="most|mehr|topics|trend|latest|top|pop|more|you|rec|rel|read|see", words=7, where="anywhere"),
)  # fmt: skip
HEAD = 24  # signs: the longest bit that a line may begin with
FLAGS = re.I | re.S
LISTS = "related article"  # a bare heading of this kind is followed by lines of a list


def _split(bits: str) -> tuple[str, ...]:
    """Bits of text between bars; a bar itself is written as an empty bit."""
    return tuple(dict.fromkeys(b or "|" for b in bits.split("|"))) if bits else ()


class _Table:
    """The rules for one place and length of line, in their order, found by how a line begins."""

    def __init__(self, place: str, long: bool):
        self.rules = [
            (
                r.reason, _split(r.begins), frozenset(_split(r.holds)), r.words,
                re.compile(r.pattern, FLAGS),
            )
            for r in RULES
            if (r.where == place or (r.where == "edge" and place in ("head", "tail")))
            and (r.words > SHORT or not long)
        ]
        self.holds = list(dict.fromkeys(bit for r in self.rules for bit in r[2]))
        self.starting: dict[str, list] = {}  # first sign of a line -> rules by how it begins

    def reason(self, text: str, words: int) -> str:
        first, held = text[:HEAD].lower(), [bit for bit in self.holds if bit in text]
        if first[0] not in self.starting:
            self.starting[first[0]] = [
                r for r in self.rules
                if not (r[1] or r[2]) or any(bit[0] == first[0] for bit in r[1])
            ]
        for reason, begins, holds, most, pattern in self.rules if held else self.starting[first[0]]:
            if words > most:
                continue
            maybe = first.startswith(begins) or not (begins or holds)
            if maybe or (held and not holds.isdisjoint(held)):
                if pattern.fullmatch(text):
                    return reason
        return ""


PLACES = ("anywhere", "head", "tail", "closing")
TABLES = {(place, long): _Table(place, long) for place in PLACES for long in (False, True)}


def line_reason(text: str, words: int, where: str = "anywhere") -> str:
    """Give the reason why a line, without its marks, is no prose; "" where nothing tells.

    >>> line_reason("Related: Two rivers", 3), line_reason("Related by blood, they met.", 5)
    ('related article', '')
    >>> line_reason("Published in 1936 by the Meadow Press.", 7, "tail")
    'citation'
    """
    return TABLES[where, words > SHORT].reason(text, words) if text and words <= LEAD else ""

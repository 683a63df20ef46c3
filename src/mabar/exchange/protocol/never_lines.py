"""The never-list: what no terms, no kind and no configuration can let pass.

One table.  A line strikes when everything that it names is met.  `kinds`, `agencies` and `purposes` are patterns of a
whole name.  `words` are found in the words of kind and path together, each of them; `beside` in the path of some field
of the same document.  `lacks` strikes where no field in clear has these words.  `least` and `says` look at values.
Words are looked for from their beginning: `risk` finds `risk_score` and `risks`, not `asterisk`.
"""

from dataclasses import dataclass

_HOUSE = "architecture.md, 9"
_EXCHANGE = "exchange.md, 4, Never-list"
_BOTH = f"{_HOUSE}; {_EXCHANGE}"

_PERSON = (
    "person|people|individual|driver|travell?er|passenger|crew|migrant|citizen|nationals?\\b|declarant|detainee|survivor"
    "|victim|passport|identity"
)
_SCORE = "score|scoring|risk|rating|profil|suspici|suspect|threat|credibility"
_NATION = "nationalit|citizenship|country of birth|birth ?place|place of birth|stateless"
_HEALTH = "health|medic|diagnos|disease|illness|injur|treatment|disabilit|pregnan|psych|symptom"
_DETAINEE = "detaine|detention|prisoner|inmate"
_DISTRESS = "distress|mayday|sos\\b"
_RISK_PURPOSE = ".*(?:risk|scor|profil|target|selection).*"
_INTERCEPT_PURPOSE = ".*(?:intercept|enforce|pursuit|push-?back|arrest|detention|deport|border-control).*"
_INTERCEPT_AGENCY = ".*(?:intercept|border|immigration|migration|detention|deport).*"
_TEN_OR_LESS = "[0٠۰]*(?:\\d|[1١۱][0٠۰])"
_IDENTIFIED = "(?:is |are |was )?(?:identified|match(?:es|ed)?)|identifi(?:é|ée|cation)|تطابق|مطابق|متطابق"
_NAME = "surname|(?:first|last|full|family|given) name"
_OF_CUSTOMS = "customs|goods|revenue|risk|alert|enforce"


@dataclass(frozen=True)
class Line:
    """One line, with its stable name and where it is laid down; an empty column asks nothing."""

    name: str
    source: str
    kinds: str = ".*"
    words: tuple[str, ...] = ()
    beside: str = ""
    agencies: str = ""
    purposes: str = ""
    lacks: str = ""
    least: int = 0
    says: str = ""


COLUMNS = (
    Line("person-score", _BOTH, words=(_PERSON, _SCORE)),
    Line("person-in-risk", _HOUSE, kinds=r"risk\..*", words=(f"{_PERSON}|{_NAME}",)),
    Line("person-for-risk", _HOUSE, words=(_PERSON,), purposes=_RISK_PURPOSE),
    Line("watch-list", _BOTH, words=("watch ?list|black ?list|stop ?list|wanted",)),
    Line("face", _BOTH, words=("(?<!breech )face|facial|portrait|mug ?shot",)),
    Line("picture-of-a-person", _BOTH, words=(_PERSON, "photo|picture|image|video")),
    Line("nationality-in-a-score", _BOTH, words=(_NATION, _SCORE)),
    Line("nationality-beside-a-score", _BOTH, words=(_NATION,), beside=_SCORE),
    Line("nationality-for-risk", _BOTH, words=(_NATION,), purposes=_RISK_PURPOSE),
    Line("ethnicity-or-religion", _EXCHANGE, words=("ethnic|religio|tribe|tribal|sect\\b|sectarian|creed|race\\b",)),
    Line("detainee-health", _EXCHANGE, kinds=r"(?!protection\.).*", words=(_DETAINEE, _HEALTH)),
    Line("health-beside-a-detainee", _EXCHANGE, kinds=r"(?!protection\.).*", words=(_HEALTH,), beside=_DETAINEE),
    Line("health-outside-a-referral", _EXCHANGE, kinds=r"protection\.(?!referral/).*", words=(_HEALTH,)),
    Line(
        "health-not-for-referral",
        _EXCHANGE,
        kinds=r"protection\.referral/.*",
        words=(_HEALTH,),
        purposes="(?!protection-referral$).*",
    ),
    Line("nationality-in-rescue", _BOTH, kinds=r"rescue\..*", words=(f"{_NATION}|status|passport|visa|residence",)),
    Line("nationality-for-rescue", _BOTH, kinds=r"(?!rescue\.).*", words=(f"{_NATION}|passport",), purposes="rescue.*"),
    Line("rescue-for-something-else", _BOTH, kinds=r"rescue\..*", purposes="(?!rescue$).*"),
    Line("rescue-to-interception", _BOTH, kinds=r"rescue\..*", agencies=_INTERCEPT_AGENCY),
    Line("distress-for-interception", _BOTH, words=(_DISTRESS,), purposes=_INTERCEPT_PURPOSE),
    Line("distress-to-interception", _BOTH, words=(_DISTRESS,), agencies=_INTERCEPT_AGENCY),
    Line("no-place-of-safety", _HOUSE, kinds=r"rescue\.(?:case|disembarkation).*", lacks="place of safety"),
    Line("survivor-in-a-message", _BOTH, kinds=r"(?!rescue\.|protection\.counts/).*", words=("survivor",)),
    Line("file-of-a-survivor", _BOTH, kinds=r"protection\..*", words=("files?\\b|testimon|interview",)),
    Line(
        "survivor-joined",
        _BOTH,
        kinds=r"protection\..*",
        words=("declaration|consignment|passage|plate\\b|alert|incident|risk|customs|seizure",),
    ),
    Line("survivor-to-customs", _BOTH, kinds=r"protection\..*", agencies=".*(?:customs|risk|control-room|police).*"),
    Line(
        "survivor-for-customs",
        _BOTH,
        kinds=r"protection\..*",
        purposes=f".*(?:{_OF_CUSTOMS}).*",
    ),
    Line("published-beyond-counts", _BOTH, kinds=r"protection\.(?!counts/).*", purposes=".*(?:publi|statistic).*"),
    Line(
        "count-below-eleven",
        _BOTH,
        kinds=r"protection\.counts/.*",
        lacks="suppressed below",
        least=11,
        says=_TEN_OR_LESS,
    ),
    Line(
        "identified",
        _BOTH,
        kinds=r"forensics\..*",
        words=("identified|identification|match(?:es|ed)?\\b",),
        says=_IDENTIFIED,
    ),
    Line("no-likelihood-ratio", _HOUSE, kinds=r"forensics\.(?:comparison|toolmark).*", lacks="likelihood ratio"),
    Line("decision-without-reasons", _HOUSE, kinds=r"[^/]*(?:decision|selection).*", lacks="reason"),
)

# These two hang on whose records a message is made from, and on whether there are terms: `never` has them in code.
ONWARD_WITHOUT_CONSENT = Line("onward-without-consent", _BOTH)
WITHOUT_AGREEMENT = Line("without-agreement", _HOUSE)

LINES = (*COLUMNS, ONWARD_WITHOUT_CONSENT, WITHOUT_AGREEMENT)

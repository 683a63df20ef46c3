"""What this package's messages are to partner nodes: class, time to live, purpose, and fields by their paths."""

from mabar.declarations import advance_fields
from mabar.declarations.messages import Advance, OperatorStatus, OperatorStopped
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS, FLASH

WEEK_S = 7 * 24 * 60 * 60
PURPOSE = "advance-cargo"
RELEASED, WITHDRAWN = "released", "withdrawn"

ADVANCE = KindRow(
    Advance.KIND.partition("/")[0],
    1,
    0,
    urgency=BUSINESS,
    lives_s=WEEK_S,
    purposes=(PURPOSE,),
    fields=(
        KindField("declaration"),
        KindField("reference"),
        KindField("office"),
        KindField("place"),
        KindField("state", words=(RELEASED, WITHDRAWN)),
        KindField("released_at"),
        KindField("passages[].key"),
        KindField("passages[].plate"),
        KindField("items_left_out", "number"),
        *advance_fields.of_record(),
    ),
    agencies=("customs",),
)

TRUSTED = "trusted-operators"
_OF_OPERATOR = (KindField("operator"), KindField("number", "number"), KindField("firm"))
OPERATOR_STATUS = KindRow(
    OperatorStatus.KIND.partition("/")[0],
    1,
    0,
    urgency=BUSINESS,
    lives_s=WEEK_S,
    purposes=(TRUSTED,),
    fields=(
        *_OF_OPERATOR,
        KindField("name"),
        KindField("kind", words=("customs", "security", "full")),
        KindField("valid_from"),
        KindField("valid_until"),
        KindField("terms", content="free-text"),
        KindField("state", words=("issued", "suspended", "withdrawn")),
        KindField("reason", content="free-text"),
        KindField("at"),
    ),
    agencies=("customs",),
)
OPERATOR_STOPPED = KindRow(
    OperatorStopped.KIND.partition("/")[0],
    1,
    0,
    urgency=FLASH,
    lives_s=WEEK_S,
    purposes=(TRUSTED,),
    fields=(
        *_OF_OPERATOR,
        KindField("state", words=("suspended", "withdrawn")),
        KindField("reason", content="free-text"),
        KindField("at"),
    ),
    agencies=("customs",),
)

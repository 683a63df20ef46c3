"""What notices and declarations weigh as they are sealed, alone and by the hundred, beside the same as JWS in JWE."""

import os
import random
from collections.abc import Sequence

from bench import core, trade

COUNT = 100


def main() -> None:
    """Print the bytes of a message: bare, in an envelope of each suite, and as the peer makes it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mabar.site.settings"
    import django

    django.setup()
    for name, told in (("notice", trade.exit_notices(COUNT)), ("declaration", trade.advances(COUNT))):
        bodies = [body.encode() for _, _, body, _ in told[:COUNT]]
        print(f"{name}: {sum(map(len, bodies)) / COUNT:.0f} bytes bare")
        for suite in (1, 2):
            alone, together = envelope(bodies[:1], suite), envelope(bodies, suite) / COUNT
            print(f"  MX/1, suite {suite}: {alone} alone, {together:.0f} each by the hundred, with statement and head")
        print(f"  {_jose(bodies)}")


def envelope(bodies: Sequence[bytes], suite: int) -> int:
    """Number, sign, pack and seal messages in one batch; give the bytes of the envelope."""
    from mabar.exchange.protocol import envelopes, rejoining, sending
    from mabar.exchange.protocol.batches import Body, Entry
    from mabar.exchange.protocol.envelopes import Way
    from mabar.exchange.protocol.heads import Head
    from mabar.exchange.protocol.sending import Draft
    from mabar.exchange.protocol.statements import digest

    dice, pen = random.Random(1), core.pen(core.SENDER)
    told = [Body(dice.randbytes(16), each) for each in bodies]
    facts = {"agency": 1, "purpose": "advance-cargo", "terms": "dz-ly.goods.1"}
    drafts = [
        Draft(
            dice.randbytes(16),
            "declarations.advance/1.0",
            digest(each.salt, each.payload),
            len(each.payload),
            ("customs",),
            **facts,
        )
        for each in told
    ]
    made = sending.number(drafts, rejoining.Standing(core.STREAM), pen=pen, suite=suite, issued_ms=core.NOW)
    entries = [Entry(suite, 1, item.object, each) for item, each in zip(made.items, told, strict=True)]
    batch = sending.batch(core.STREAM, entries, Head.of(made.frontier), pen=pen, suite=suite)
    way, public = (
        Way(suite, core.SENDER, core.RECEIVER, 1, 1, 0),
        core.BOOK.sealing_key(core.RECEIVER, core.NOW).by_suite[suite],
    )
    packed = envelopes.seal(
        batch.encoded(), way, public, sent_ms=core.NOW, sealer=core.SEALER, packer=core.PACKER, signer=pen.node
    )
    return len(packed.encoded())


def _jose(bodies: Sequence[bytes]) -> str:
    try:
        from joserfc import jwe, jws
        from joserfc.jwk import OKPKey
    except ImportError:
        return "JWS in JWE: not measured, joserfc is not installed"
    from bench.peer_jose import SEALED, SEALING, SIGNED

    signing, sealing = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519")
    said = [jws.serialize_compact({"alg": SIGNED[0]}, each, signing, algorithms=SIGNED) for each in bodies]
    each = [len(jwe.encrypt_compact(dict(SEALING), one.encode(), sealing, algorithms=SEALED)) for one in said]
    return f"JWS in JWE (joserfc, deflated): {each[0]} alone, {sum(each) / len(each):.0f} each of a hundred"


if __name__ == "__main__":
    main()

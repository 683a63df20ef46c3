"""Reading 10,000 UN/EDIFACT declarations of 20 items into records, beside pydifact, which only parts their segments."""

import sys
import time
import warnings
from collections.abc import Callable

MESSAGES, ITEMS, A_FILE = 10_000, 20, 100
LIMIT = 200  # declarations a second of one core
PEER_FILES = 10  # pydifact reads a tenth of them; its rate does not hang on the number


def main() -> None:
    """Print both rates; exit 1 when the limit is missed."""
    from mabar.declarations import formats

    files = [file(number * A_FILE) for number in range(MESSAGES // A_FILE)]
    own = rate(lambda content: len(formats.read(content)), files)
    print(f"files: {len(files)} interchanges of {A_FILE} messages of {ITEMS} items, {sum(map(len, files)):,} bytes")
    print(f"read into records and checked: {own:.0f}/s, {own / LIMIT:.2f} of the limit of {LIMIT}/s")
    peer = rate(_parted_by_peer, files[:PEER_FILES])
    print(f"pydifact, parted into segments only, counts unchecked: {peer:.0f}/s; ours is {own / peer:.2f}x as fast")
    sys.exit(0 if own >= LIMIT else 1)


def rate(read: Callable[[bytes], int], files: list[bytes]) -> float:
    """Give the messages read in a second of processor time."""
    began = time.process_time()
    messages = sum(map(read, files))
    assert messages == len(files) * A_FILE
    return messages / (time.process_time() - began)


def _parted_by_peer(content: bytes) -> int:
    from pydifact.segmentcollection import Interchange

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses tables of service segments, which it does not need here
        found = Interchange.from_str(content.decode("latin-1"))
        return sum(1 for message in found.get_messages() if list(message.segments))


def file(first: int) -> bytes:
    """Write one interchange of declarations, numbered from `first`."""
    texts = [message(first + number) for number in range(A_FILE)]
    head = f"UNB+UNOC:3+BROKER:ZZZ+CUSTOMS:ZZZ+261120:0800+{first}'\n"
    return (head + "".join(texts) + f"UNZ+{A_FILE}+{first}'\n").encode("latin-1")


def message(number: int) -> str:
    """Write one declaration with header, items and totals."""
    segments = [
        f"UNH+{number}+CUSDEC:D:96B:UN", f"BGM+929+LRN-2026-{number}+9", "CST++IM4:117", "LOC+22+DZDEB::ZZZ:DEBDEB",
        "LOC+35+LY::5", "LOC+36+DZ::5", "DTM+137:20261120:102", "TDT+20++3+++++:::12345-678-39:LY",
        "NAD+CN+DZ-100++SAHRA IRRIGATION+RUE 1+OUARGLA", "NAD+EX+++PONENTE POMPE SRL", "NAD+DT+B-1++OASIS BROKERS",
        f"MOA+39:{ITEMS * 1200}.00:EUR", "UNS+D",
    ]  # fmt: skip
    for item in range(1, ITEMS + 1):
        segments += [
            f"CST+{item}+8413700000:122+4000:117", f"FTX+AAA+++ELECTRIC WATER PUMPS?: MODEL {item}", "LOC+27+IT::5",
            "MEA+WT+AAB+KGM:500.5", "MEA+WT+AAA+KGM:480", "PAC+10++CT", f"PCI++MARKS {item}", "MOA+38:1200.00:EUR",
            "MOA+40:165000.00", f"DOC+380:::INVOICE+INV-{item}", "DTM+137:20261101:102",
            "TAX+1+DUT:107++165000+:::15", "MOA+161:24750.00",
        ]  # fmt: skip
    segments += ["UNS+S", f"CNT+5:{ITEMS}", f"CNT+11:{ITEMS * 10}", f"CNT+7:{ITEMS * 500.5}:KGM"]
    segments.append(f"UNT+{len(segments) + 1}+{number}")
    return "".join(f"{segment}'\n" for segment in segments)


if __name__ == "__main__":
    main()

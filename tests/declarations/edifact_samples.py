"""Messages of UN/EDIFACT as brokers and carriers send them, made here; names, numbers and goods are invented."""

from collections.abc import Sequence

HEADER = (
    "BGM+929+LRN-2026-7+9",
    "CST++IM4:117",
    "LOC+22+DZDEB::ZZZ:DEBDEB",
    "LOC+9+LYGHT::6",
    "LOC+35+LY::5",
    "LOC+36+DZ::5",
    "DTM+137:20261120:102",
    "GIS+N:79:95",
    "FTX+AAI+++FIRST LINE:SECOND LINE",
    "RFF+ABT:C-7",
    "TDT+20++3+++++:::12345-678-39:LY",
    "NAD+CN+DZ-100++SAHRA IRRIGATION+RUE 1+OUARGLA++30000+DZ",
    "NAD+EX+++PONENTE POMPE SRL",
    "NAD+DT+B-1++OASIS BROKERS",
    "TOD+++CIP",
    "MOA+39:2400.50:EUR",
    "MOA+43:330000.00",
)
ITEM = (
    "FTX+AAA+++ELECTRIC PUMPS?: MODEL ?'A?'",
    "LOC+27+IT::5",
    "MEA+WT+AAB+KGM:500,5",
    "MEA+WT+AAA+KGM:480",
    "MEA+AAR++NMB:12",
    "PAC+10++CT",
    "PCI++MARKS 1:MARKS 2",
    "MOA+38:1200.25:EUR",
    "MOA+40:165000.00",
    "DOC+380:::INVOICE+INV-1",
    "DTM+137:20261101:102",
    "TAX+1+DUT:107++165000+:::15",
    "MOA+161:24750.00",
)
CARGO = (
    "BGM+85+MANIFEST-9+9",
    "DTM+137:202611200600:203",
    "TDT+20+V1+3+++++:::12345-678-39:LY",
    "EQD+CN+CSQU3054383+22G1:102:5+++5",
    "MEA+AAE+G+KGM:1000",
    "SEL+SEAL-1",
    "SEL+SEAL-2",
    "CNI+1+BL-1",
    "RFF+BM:BL-1",
    "CNT+7:1000:KGM",
    "LOC+9+LYGHT::6",
    "NAD+CZ+++PONENTE POMPE SRL",
    "NAD+CN+DZ-100++SAHRA IRRIGATION",
    "GID+1+10:CT:::CARTONS",
    "FTX+AAA+++PUMPS",
    "PIA+5+841370:HS",
    "MEA+AAE+G+KGM:600",
    "SGP+CSQU3054383+10",
    "PCI+24+MARKS",
    "GID+2+5:CT",
    "FTX+AAA+++HOSES",
    "MEA+AAE+G+TNE:0.4",
    "CNI+2+BL-2",
    "FTX+AAA+++DATES",
    "RFF+HS:08041000",
    "GID+1+3:BG",
)


def item(number: int, *, code: str = "8413700000:122") -> tuple[str, ...]:
    return (f"CST+{number}+{code}+4000:117", *ITEM)


def declaration(*, items: int = 2, header: Sequence[str] = HEADER) -> tuple[str, ...]:
    """Give the segments of a declaration, without its service segments."""
    goods = [segment for number in range(1, items + 1) for segment in item(number)]
    return (*header, "UNS+D", *goods, "UNS+S", f"CNT+5:{items}", f"CNT+11:{items * 10}", f"CNT+7:{items * 500.5}:KGM")


def message(segments: Sequence[str], *, kind: str = "CUSDEC:D:96B:UN", reference: str = "M1") -> list[str]:
    """Put segments between UNH and a true UNT."""
    return [f"UNH+{reference}+{kind}", *segments, f"UNT+{len(segments) + 2}+{reference}"]


def interchange(
    *messages: Sequence[str], charset: str = "UNOC:3", advice: str = "", between: str = "\n", control: str = "REF1"
) -> bytes:
    """Put messages between UNB and a true UNZ, each segment on a line of its own."""
    segments = [f"UNB+{charset}+BROKER:ZZZ+CUSTOMS:ZZZ+261120:0800+{control}"]
    segments += [segment for each in messages for segment in each]
    segments.append(f"UNZ+{len(messages)}+{control}")
    return (advice + "".join(f"{segment}'{between}" for segment in segments)).encode()


def cusdec(**more: object) -> bytes:
    """Give an interchange of one declaration of two items."""
    return interchange(message(declaration()), **more)  # type: ignore[arg-type]


def cuscar(kind: str = "CUSCAR:D:95B:UN") -> bytes:
    """Give an interchange of one cargo report of two consignments."""
    return interchange(message(CARGO, kind=kind))

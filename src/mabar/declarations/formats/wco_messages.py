"""The messages of a file of the WCO Data Model, and what each is and says beside its values.

A declaration has namespaces, an answer of customs has none; both stand below `MetaData`, which may stand in what the
program that sent it wrapped around it.  What is no declaration is named and read all the same, so that nothing of it is
lost; its form keeps it from being lodged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mabar.declarations.formats.asycuda_plan import local
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.wco_plan import text_of_child

DECLARATION, ANSWER, VERSION, MOVEMENT = "Declaration", "Response", "DeclarationVersionDetails", "Movement"
NAMESPACE = "urn:wco:datamodel:WCO:DEC-DMS:2"
META_NAMESPACE = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
METADATA, LINKING = "MetaData", "inventoryLinking"
ORIGINAL = "9"

# What a declaration is that is none of its own, by its type (the function code of all is 13).
_FORMS: Mapping[str, tuple[str, str]] = {
    "INV": ("cancellation", "F-0513"),
    "GPR": ("presentation", "F-0514"),
}
_AMENDMENT = ("amendment", "F-0512")
_NAMED: Mapping[str, tuple[str, str]] = {VERSION: ("status", "F-0515"), MOVEMENT: ("movement", "F-0516")}

# What an answer says, by its function code, and the state that it claims.  Source: the notifications published with the
# UK profile (DMSACC, DMSRCV, DMSREJ, DMSCTL, DMSDOC, DMSRES, DMSROG, DMSCLE, DMSTAX, DMSEOG); 10 by the table of these
# codes in hmrc/customs-declare-exports, `SubmissionStatus.scala`, where it says that the declaration is cancelled.
ANSWERS: Mapping[str, tuple[str, str | None]] = {
    "01": ("F-0501", "registered"),
    "02": ("F-0502", None),
    "03": ("F-0503", "refused"),
    "05": ("F-0504", "registered"),
    "06": ("F-0505", "registered"),
    "07": ("F-0506", None),
    "08": ("F-0507", "released"),
    "09": ("F-0508", "released"),
    "10": ("F-0519", "cancelled"),
    "13": ("F-0509", None),
    "16": ("F-0510", None),
}
_OTHER_ANSWER = ("F-0511", None)
RULE_BROKEN, MORE_PACKAGINGS = "F-0517", "F-0518"


@dataclass(frozen=True)
class Message:
    """One message of a file: its element, and which kind it is of."""

    element: Any
    kind: str


def is_wco(root: Any) -> bool:
    """Tell from the elements of a file whether it holds messages of the WCO Data Model."""
    name = local(root.tag)
    if root.tag.startswith(f"{{{NAMESPACE}}}") or name == METADATA or name.startswith(LINKING):
        return True
    return next(root.iter(f"{{*}}{METADATA}", f"{{*}}{VERSION}"), None) is not None


def messages_of(root: Any) -> list[Message]:
    """Give the messages of a file in their order."""
    return list(_found(root, ""))


def _found(element: Any, parent: str) -> Iterator[Message]:
    name = local(element.tag)
    kind = _kind(element, name, parent)
    if kind:
        yield Message(element, kind)
        return
    for child in element:
        yield from _found(child, name)


def _kind(element: Any, name: str, parent: str) -> str:
    if name.startswith(LINKING):
        return MOVEMENT
    if name == DECLARATION and (parent == METADATA or element.tag == f"{{{NAMESPACE}}}{DECLARATION}"):
        return DECLARATION
    if name == ANSWER and parent == METADATA:
        return ANSWER
    return VERSION if name == VERSION else ""


def is_whole(message: Message) -> bool:
    """Tell whether a message is a declaration of its own, neither a change of another nor anything about one."""
    return message.kind == DECLARATION and text_of_child(message.element, "FunctionCode") in ("", ORIGINAL)


def named(message: Message) -> tuple[str, str | None, list[Finding]]:
    """Give the form of a message, the state that it claims, and what a person should know of it."""
    element = message.element
    where = {"path": local(element.tag), "line": element.sourceline}
    if is_whole(message):
        return "declaration", "registered" if text_of_child(element, "ID") else "draft", []
    if message.kind == ANSWER:
        function = text_of_child(element, "FunctionCode")
        code, state = ANSWERS.get(function, _OTHER_ANSWER)
        said = {"reference": _about(element), "value": function}
        return "answer", state, [Finding(code, **where, value=function, details=said), *_broken_rules(element)]
    if message.kind == DECLARATION:
        form, code = _FORMS.get(text_of_child(element, "TypeCode"), _AMENDMENT)
    else:
        form, code = _NAMED[message.kind]
    reference = _about(element) if message.kind == VERSION else _reference(element)
    return form, None, [Finding(code, **where, details={"reference": reference})]


def _about(element: Any) -> str:
    found = next((each for each in element if local(each.tag) == DECLARATION), None)
    return _reference(found) if found is not None else "–"


def _reference(element: Any) -> str:
    names = ("ID", "FunctionalReferenceID", "movementReference", "entryNumber")
    return next((text for name in names if (text := text_of_child(element, name))), "–")


def _broken_rules(answer: Any) -> Iterator[Finding]:
    """Tell each rule that a refusing answer names, and the element at which it points."""
    for error in (each for each in answer if local(each.tag) == "Error"):
        pointers = [each for each in error if local(each.tag) == "Pointer"]
        place = "/".join(_pointed(each) for each in pointers) or "–"
        code = text_of_child(error, "ValidationCode") or "–"
        yield Finding(RULE_BROKEN, "Response/Error", error.sourceline, code, details={"place": place})


def _pointed(pointer: Any) -> str:
    section, number, tag = (
        text_of_child(pointer, name) for name in ("DocumentSectionCode", "SequenceNumeric", "TagID")
    )
    return section + (f"[{number}]" if number else "") + (f".{tag}" if tag else "")

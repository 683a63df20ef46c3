"""A command is three gestures: the mandate, the rules, one journalled write; and it reads no clock."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from mabar.base import rules
from tests.architecture.code import File, assert_none, calls, dotted, files, files_of, functions, public_functions

WRITES = ("journal.writes", "journal.writes_many")
# `require_own` is for what everybody may do on his own account, so its verbs stand in no post
REQUIRES = ("mandates.require", "mandates.require_own")
ASKS = ("mandates.require", "mandates.may", "mandates.places_of")

# Public functions of command files that are no acts, each with its reason.
NO_ACTS: dict[str, str] = {}

# What would make an act come out differently when it is done again, and so cannot be tested or replayed.
CLOCK_AND_DICE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic", "timezone.now",
    "localtime", "now", "doors.now", "random", "uuid.uuid4", "uuid4", "os.urandom",
}  # fmt: skip
# Secrets told to one person once must be unguessable, so they are drawn where they are made.
MAY_DRAW_SECRETS = {"base/commands.py": "one-time passwords and API keys"}

# Verbs that no person's post holds: the node does these itself.
NODES_OWN = {
    "base.sign_in": "the node records who came in",
    "base.sign_in_failed": "the node records who tried",
    "declarations.close": "the news of the last gate-out closes it",
    "declarations.reopen": "the news that a gate-out was undone opens it again",
    "declarations.take_advance": "the news of an export across is stored, and drafted as an import",
    "declarations.tell_of_trucks": "the news that goods changed truck is told across",
    "declarations.hear_operator_status": "a partner's status of a firm is kept",
    "declarations.hear_operator_stopped": "a partner's stop of a status takes effect",
    "declarations.lapse_query": "the clock ends a query that nobody answered",
    "crossings.expire_offer": "the clock ends offers that no carrier answered",
    "crossings.establish": "founding a node makes its places crossings",
    "crossings.lapse": "the clock lets announcements lapse",
    "crossings.lapse_appointment": "the clock lets appointments lapse",
    "crossings.note_far_side": "the messages of the node across are kept beside the passage",
    "crossings.hear_diversion_proposed": "another node of the administration proposes its trucks",
    "crossings.hear_diversion_hours": "the other node has given hours to the trucks here",
    "crossings.hear_diversion_refused": "the other node takes no more of them",
    "crossings.hear_diversion_kept": "a truck that has kept its hour is announced",
    "crossings.hear_diversion_outcome": "what became of the other trucks frees their hours",
    "crossings.hear_tally_asked": "the node across unloads goods that are to be counted here too",
    "crossings.hear_tally_withdrawn": "the node across has put the goods back",
    "crossings.hear_tally": "the tally of the other side is kept beside this one",
    "crossings.hear_settlement": "the settlement of the other side is kept",
    "crossings.note_number": "a number given late reaches the trucks by the register",
    "vehicles.note_overdue": "the clock notes that a last day has ended",
    "vehicles.expire": "the clock lets a prefilled pass expire whose vehicle never came",
    "vehicles.erase_holder": "the clock erases a holder whose retention has ended",
    "origin.expire": "the clock notes that the last day of a proof has ended",
    "origin.note_overdue": "the clock notes that an answer is overdue, on each side",
    "origin.take_request": "the request of a partner is stored with its clock",
    "origin.take_answer": "the answer of a partner is stored",
    "origin.take_ended": "the news that a partner's proof has ended is stored",
    "transit.expire_guarantee": "the clock notes that the last day of a guarantee has ended",
    "transit.take_tranche": "what is lent to this node is taken in",
    "transit.take_use": "what was drawn on a tranche elsewhere is taken in",
    "transit.take_asked": "another office's request for a tranche is taken in",
    "transit.take_returned": "what comes back of a tranche is taken in",
    "assistance.take_request": "a partner's request is taken in",
    "assistance.take_step": "what a partner does with a request is taken in",
    "assistance.take_reply": "a partner's answer is taken in",
    "assistance.take_consent": "what a partner says of a consent is taken in",
    "assistance.take_officials": "a partner's list of officials is taken in",
    "assistance.take_query": "a partner's query is taken in",
    "assistance.take_answer": "the answer to a query is taken in",
    "assistance.answer_at_once": "the agreement lets the node answer a query without an officer",
    "assistance.note_unacknowledged": "the clock notes that nobody acknowledged",
    "assistance.note_overdue": "the clock notes that nobody answered in time",
    "assistance.lapse_request": "the clock lets lapse what nobody confirmed or completed",
    "assistance.erase_texts": "the clock erases texts whose retention has ended",
    "assistance.end_measure_due": "the clock ends a precautionary measure on its day",
    "assistance.note_consent_overdue": "the clock notes that nobody decided on a consent",
    "assistance.lapse_query": "the clock ends a query that nobody answered",
    "transit.open_enquiry": "the clock opens an enquiry on goods that nobody saw arrive",
    "transit.ask_results": "the clock asks for results that are overdue",
    "transit.ask_holder_due": "the clock asks the holder when no officer has done so",
    "transit.recover_due": "the clock starts the recovery when the holder has not answered",
    "transit.take_anticipated": "what comes on an itinerary is stored as a copy",
    "transit.take_state": "how a movement stands at home is followed",
    "transit.take_events": "what an office on the way did is taken into the movement",
    "transit.take_question": "what home asks of an office is stored",
    "transit.take_answer": "what an office answered is stored",
    "crossings.note_origin": "the other side's gate-out ties two passages",
}


@cache
def bodies(package: str) -> dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Give the functions of a package by their bare name; a name may stand in several files."""
    found: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
    for file in files():
        if file.package == package:
            for function in functions(file.tree):
                found.setdefault(function.name, []).append(function)
    return found


def reached(function: ast.FunctionDef | ast.AsyncFunctionDef, package: str, seen: set[str] | None = None) -> set[str]:
    """Give every name that a function calls, itself or through functions of its own package."""
    seen = {function.name} if seen is None else seen
    names = {dotted(call.func) for call in calls(function)} - {""}
    for name in list(names):
        bare = name.rsplit(".", 1)[-1]
        if bare not in seen and name.count(".") <= 1:
            seen.add(bare)
            for inner in bodies(package).get(bare, ()):
                names |= reached(inner, package, seen)
    return names


def commands() -> list[tuple[File, ast.FunctionDef]]:
    """List every public function of every command file."""
    return [(file, each) for file in files_of("commands") for each in public_functions(file)]


COMMANDS = [pytest.param(file, each, id=f"{file.name}:{each.name}") for file, each in commands()]


@pytest.mark.parametrize(("file", "command"), COMMANDS)
def test_every_command_demands_a_mandate_and_leaves_a_line(file: File, command: ast.FunctionDef) -> None:
    if command.name in NO_ACTS:
        return
    names = reached(command, file.package)
    assert names & set(WRITES), f"{file.name}:{command.lineno} {command.name} leaves no line in the journal"
    assert names & set(REQUIRES), f"{file.name}:{command.lineno} {command.name} demands no mandate"


@pytest.mark.parametrize(("file", "command"), COMMANDS)
def test_every_command_names_its_actor_first_and_its_instant(file: File, command: ast.FunctionDef) -> None:
    if command.name in NO_ACTS:
        return
    first = [argument.arg for argument in command.args.args]
    assert first[:1] == ["actor"] or first[:1] == ["node"], f"{file.name}: {command.name} does not begin with its actor"
    named = [*first, *(argument.arg for argument in command.args.kwonlyargs)]
    assert "at" in named, f"{file.name}: {command.name} is not told when"


def test_whatever_writes_a_line_demands_a_mandate() -> None:
    careless = [
        f"{file.name}:{function.lineno} {function.name}"
        for file in files()
        for function in functions(file.tree)
        if {dotted(call.func) for call in calls(function)} & set(WRITES)
        and not reached(function, file.package) & set(REQUIRES)
    ]
    assert_none(careless)


def test_no_command_reads_the_clock_or_throws_dice() -> None:
    found = [
        f"{file.name}:{call.lineno} {dotted(call.func)}()"
        for file in files_of("commands", "rules", "messages", "queries")
        for call in calls(file.tree)
        if dotted(call.func) in CLOCK_AND_DICE
        or (dotted(call.func).startswith(("random.", "secrets.")) and file.name not in MAY_DRAW_SECRETS)
    ]
    assert_none(found)


def _verbs(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for file in files():
        for call in calls(file.tree):
            if dotted(call.func) in names:
                for argument in call.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value:
                        yield argument.value, f"{file.name}:{call.lineno}"


def texts() -> set[str]:
    """Collect every text constant of the product's code, but those of the rules that only pair verbs."""
    return {
        node.value
        for file in files()
        if file.name != "base/rules.py"
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_verb_that_the_code_demands_is_in_some_post_or_the_nodes_own() -> None:
    held = {verb for verbs in rules.posts().values() for verb in verbs}
    assert_none(f"{verb} at {where}" for verb, where in _verbs(ASKS) if verb not in held | set(NODES_OWN))


def test_every_verb_of_the_posts_is_one_that_the_code_demands() -> None:
    held = {verb for verbs in rules.posts().values() for verb in verbs}
    assert_none(held - texts())


def test_every_verb_of_a_line_begins_with_its_package() -> None:
    strange = [f"{verb} at {where}" for verb, where in _verbs(WRITES) if not where.startswith(f"{verb.split('.')[0]}/")]
    assert_none(strange)


def test_nobody_may_be_given_a_forbidden_pair_by_one_post() -> None:
    for function, verbs in rules.posts().items():
        rules.check_combination(verbs)
        assert len(verbs) == len(set(verbs)), f"{function} holds a verb twice"


def test_a_forbidden_pair_names_verbs_that_exist() -> None:
    held = {verb for verbs in rules.posts().values() for verb in verbs}
    assert {verb for pair in rules.FORBIDDEN_PAIRS for verb in pair} <= held

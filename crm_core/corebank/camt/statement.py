"""camt.053 statements as values: the booked entries of each account. Pure.

Amounts are positive in the file; the sign comes from CdtDbtInd, of a reversal too. An entry whose
details each tell an amount is one for each of them, if the amounts add up to the entry's. Versions
.02 to .14 differ in places, so that elements are looked for by local names in all of them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import IO

from crm_core.corebank.camt.xml import Node, XmlRefused, parts
from crm_core.errors import Refused
from crm_core.money import Money

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)", re.ASCII)
_VERSIONS = range(2, 15)
_LONGEST = 400
_BOOKED = "BOOK"
_NOT_PROVIDED = "NOTPROVIDED"
_YES = frozenset({"true", "1"})
_SIGNS = {"CRDT": 1, "DBIT": -1}


class StatementRefused(Refused):
    """It is XML, but no statement that we can read; the text names what is wrong."""

    code = "statement_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedEntry:
    """A booked entry. `key` stays the same in whatever statement the bank repeats the entry.

    `references` are all by which a later reversal may name it, the surest first.
    """

    account: str = field(repr=False)
    key: str
    amount: Money
    booked_at: datetime
    value_on: date
    reversal: bool
    references: tuple[str, ...]
    text: str = field(repr=False)
    counterparty: str = field(repr=False)


def entries(file: IO[bytes]) -> Iterator[BookedEntry]:
    """The booked entries of the file's statements. Raises XmlRefused, StatementRefused."""
    seen: Counter[str] = Counter()
    account = ""
    found = False
    for node in parts(file, frozenset({"Acct", "Ntry"}), _check_version):
        if node.name == "Acct":
            account = node.first("Id/IBAN", "Id/Othr/Id")
            found = True
        elif not account:
            raise StatementRefused("Acct")
        elif node.first("Sts/Cd", "Sts") == _BOOKED:
            yield from _entries(node, account, seen)
    if not found:
        raise StatementRefused("Acct")


def _check_version(namespace: str) -> None:
    version = _NAMESPACE.fullmatch(namespace)
    if version is None or int(version[1]) not in _VERSIONS:
        raise XmlRefused("no camt.053 from .02 to .14")


def _entries(node: Node, account: str, seen: Counter[str]) -> Iterator[BookedEntry]:
    whole = _amount(node, node, "Amt")
    details = list(node.all("NtryDtls/TxDtls"))
    amounts = [_amount(one, node, "Amt", "AmtDtls/TxAmt/Amt") for one in details]
    told = [one for one in amounts if one is not None]
    if whole is None:
        raise StatementRefused("Amt")
    same = {one.currency for one in told} == {whole.currency}
    if len(told) == len(details) > 1 and same and sum(one.minor for one in told) == whole.minor:
        for one, amount in zip(details, told, strict=True):
            yield _entry(node, one, amount, account, seen)
    elif whole:
        yield _entry(node, details[0] if len(details) == 1 else None, whole, account, seen)


def _entry(
    node: Node, details: Node | None, amount: Money, account: str, seen: Counter[str]
) -> BookedEntry:
    of = details or Node("TxDtls", {})
    booked_at = _moment(node, "BookgDt")
    value_on = _moment(node, "ValDt", "BookgDt").date()
    text = _text(of, node)
    references = tuple(dict.fromkeys(_references(of, node)))
    reversal = node.first("RvslInd") in _YES
    told = [
        account,
        booked_at.date().isoformat(),
        value_on.isoformat(),
        str(abs(amount.minor)),
        amount.currency,
        "-" if amount.minor < 0 else "+",
        str(reversal),
        references[0] if references else "",
        text,
    ]
    plain = "|".join(told)
    seen[plain] += 1
    return BookedEntry(
        account=account,
        key=sha256(f"{plain}|{seen[plain]}".encode()).hexdigest(),
        amount=amount,
        booked_at=booked_at,
        value_on=value_on,
        reversal=reversal,
        references=references,
        text=text[:_LONGEST],
        counterparty=_counterparty(of, amount)[:_LONGEST],
    )


def _amount(node: Node, entry: Node, *paths: str) -> Money | None:
    """The amount with its sign, by the node's own indicator or else the entry's."""
    sign = _SIGNS.get(node.first("CdtDbtInd") or entry.first("CdtDbtInd"))
    if sign is None:
        raise StatementRefused("CdtDbtInd")
    for path in paths:
        for amount in node.all(path):
            try:
                money = Money.parse(amount.text.strip(), amount.attributes.get("Ccy", ""))
            except Refused as error:
                raise StatementRefused("Amt") from error
            if money.minor < 0:
                raise StatementRefused("Amt")
            return money if sign > 0 else -money
    return None


def _moment(node: Node, *names: str) -> datetime:
    """A date counts as its first moment in UTC. Raises StatementRefused."""
    for name in names:
        text = node.first(f"{name}/DtTm", f"{name}/Dt")
        if text:
            try:
                return _read(text)
            except (ValueError, OverflowError) as error:
                raise StatementRefused(name) from error
    raise StatementRefused(names[0])


def _read(text: str) -> datetime:
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text[:10]), time(), tzinfo=UTC)
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _references(details: Node, entry: Node) -> Iterator[str]:
    several = not details.children
    if several:
        yield from filter(None, (entry.first("AcctSvcrRef"), entry.first("NtryRef")))
        return
    for name in ("AcctSvcrRef", "EndToEndId", "TxId", "InstrId", "MndtId"):
        found = details.first(f"Refs/{name}")
        if found and found != _NOT_PROVIDED:
            yield found
    yield from filter(None, (entry.first("AcctSvcrRef"),))


def _text(details: Node, entry: Node) -> str:
    lines = [node.text.strip() for node in details.all("RmtInf/Ustrd")]
    lines += [node.text.strip() for node in details.all("RmtInf/Strd/CdtrRefInf/Ref")]
    words = " ".join(filter(None, lines)) or entry.first("AddtlNtryInf")
    return " ".join(words.split())


def _counterparty(details: Node, amount: Money) -> str:
    """Who paid a credit, who was paid by a debit; .02 has the name higher than later versions."""
    side = "Dbtr" if amount.minor > 0 else "Cdtr"
    name = details.first(f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm")
    return " ".join(name.split())

"""camt.053 files for the tests, as banks write them, in any version."""

from collections.abc import Sequence

IBAN = "40817810000000000001"


def details(amount: str = "", reference: str = "", text: str = "", sign: str = "") -> str:
    """One TxDtls."""
    told = f'<Amt Ccy="RUB">{amount}</Amt>' if amount else ""
    told += f"<CdtDbtInd>{sign}</CdtDbtInd>" if sign else ""
    refs = f"<Refs><EndToEndId>{reference}</EndToEndId></Refs>" if reference else ""
    words = f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>" if text else ""
    party = "<RltdPties><Dbtr><Pty><Nm>Payer Ltd</Nm></Pty></Dbtr></RltdPties>"
    return f"<TxDtls>{refs}{told}{party}{words}</TxDtls>"


def entry(
    amount: str = "1030.00",
    *transactions: str,
    sign: str = "CRDT",
    day: str = "2026-03-02",
    reversal: bool = False,
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    currency: str = "RUB",
) -> str:
    """One Ntry."""
    back = "<RvslInd>true</RvslInd>" if reversal else ""
    inside = f"<NtryDtls>{''.join(transactions)}</NtryDtls>" if transactions else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{back}{status}'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{inside}</Ntry>"
    )


def statement(entries: Sequence[str], *, version: str = "08", account: str = IBAN) -> str:
    """A Document with one statement."""
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )

"""The retail banking data set: the bank of Berka moved to America, with made-up names."""

from datetime import date
from pathlib import Path

from crm_core.corebank.foreign.bank import (
    Account,
    Client,
    ForeignBank,
    GivenLoan,
    Holder,
    Outcome,
    Plastic,
)
from crm_core.corebank.foreign.reading import each

LAST_DAY = date(2018, 12, 31)
_CLIENT_DIGITS = 8


def read_retail_banking(folder: Path) -> ForeignBank:
    """The bank in the folder's files. Raises SetRefused."""
    towns = dict(each(folder, "district.csv", lambda row: (row["district_id"], row["city"])))
    return ForeignBank(
        source="retail_banking",
        currency="USD",
        language="en",
        last_day=LAST_DAY,
        clients=each(folder, "client.csv", _client),
        accounts=each(
            folder,
            "acct.csv",
            lambda row: Account(
                key=row["account_id"], opened_on=row["date"], branch=towns[row["district_id"]]
            ),
        ),
        holders=each(folder, "disposition.csv", _holder),
        loans=each(folder, "loan.csv", _loan),
        cards=each(
            folder,
            "card.csv",
            lambda row: Plastic(
                key=row["card_id"], holder=row["disp_id"], issued_on=row["fulldate"]
            ),
        ),
    )


def _client(row: dict[str, str]) -> Client:
    return Client(
        key=row["client_id"],
        family_name=row["last"],
        given_name=row["first"],
        middle_name=row["middle"],
        birth_date=row["fulldate"],
        phone=f"+1 {row['phone']}",
    )


def _holder(row: dict[str, str]) -> Holder:
    return Holder(
        key=row["disp_id"],
        client=f"C{row['client_id'].zfill(_CLIENT_DIGITS)}",
        account=row["account_id"],
        owner=row["type"] == "Owner",
    )


def _loan(row: dict[str, str]) -> GivenLoan:
    return GivenLoan(
        key=row["loan_id"],
        account=row["account_id"],
        on=date.fromisoformat(row["fulldate"]),
        amount=int(row["amount"]),
        months=int(row["duration"]),
        outcome=Outcome(row["status"]),
    )

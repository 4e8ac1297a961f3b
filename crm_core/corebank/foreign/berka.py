"""The Berka data set (PKDD'99): a Czech bank of the nineties, whose clients have no names."""

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
from crm_core.corebank.foreign.reading import each, short_date

LAST_DAY = date(1998, 12, 31)


def read_berka(folder: Path) -> ForeignBank:
    """The bank in the folder's files. Raises SetRefused."""
    towns = dict(each(folder, "district.csv", lambda row: (row["A1"], row["A2"])))
    return ForeignBank(
        source="berka",
        currency="CZK",
        language="cs",
        last_day=LAST_DAY,
        clients=each(folder, "client.csv", _client),
        accounts=each(
            folder,
            "account.csv",
            lambda row: Account(
                key=row["account_id"],
                opened_on=short_date(row["start_date"]).isoformat(),
                branch=towns[row["district_id"]],
            ),
        ),
        holders=each(folder, "disp.csv", _holder),
        loans=each(folder, "loan.csv", _loan),
        cards=each(folder, "card.csv", _card),
    )


def _client(row: dict[str, str]) -> Client:
    key = row["client_id"]
    born = short_date(row["birth_number"]).isoformat()
    return Client(key=key, family_name=f"Klient {key}", birth_date=born)


def _holder(row: dict[str, str]) -> Holder:
    return Holder(
        key=row["disp_id"],
        client=row["client_id"],
        account=row["account_id"],
        owner=row["type"] == "OWNER",
    )


def _loan(row: dict[str, str]) -> GivenLoan:
    return GivenLoan(
        key=row["loan_id"],
        account=row["account_id"],
        on=short_date(row["date"]),
        amount=int(row["amount"]),
        months=int(row["duration"]),
        outcome=Outcome(row["status"]),
    )


def _card(row: dict[str, str]) -> Plastic:
    issued = short_date(row["issued"]).isoformat()
    return Plastic(key=row["card_id"], holder=row["disp_id"], issued_on=issued)

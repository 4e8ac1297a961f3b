"""What the demo bank offers: products by code and currency. Data only."""

from collections.abc import Iterator

from crm_core.bank.terms import AgreementKind
from crm_core.corebank.entities import EntityName
from crm_core.demo.generator.oddities import CURRENCIES as ODD
from crm_core.demo.generator.records import Row, Table

HOME_CURRENCY = {"ru": "RUB", "uk": "UAH", "en": "USD", "zh": "CNY"}
"""By the client's language."""

CURRENCIES = (*HOME_CURRENCY.values(), "EUR", *ODD)

OFFERS = {
    "everyday_account": (AgreementKind.ACCOUNT, "0", "Everyday account", "Счёт на каждый день"),
    "pay_card": (AgreementKind.CARD_ACCOUNT, "0.03", "Pay card", "Платёжная карта"),
    "term_deposit": (AgreementKind.DEPOSIT, "0.145", "Term deposit", "Срочный вклад"),
    "consumer_loan": (AgreementKind.LOAN, "0.189", "Consumer loan", "Потребительский кредит"),
    "business_loan": (AgreementKind.LOAN, "0.165", "Business loan", "Кредит для бизнеса"),
    "working_line": (AgreementKind.LINE, "0.21", "Working capital line", "Оборотная линия"),
}
"""Family, yearly rate, English and Russian name, by code."""

_COLUMNS = (
    *("source_key", "source_version", "code", "family", "name_en", "name_ru", "currency", "rate"),
    "starts_on",
)
_SINCE = "1990-01-01"


def product_key(code: str, currency: str) -> str:
    """The key of a product in a currency."""
    return f"{code}-{currency}"


def products() -> Table:
    """All products in all currencies."""
    return Table(EntityName.PRODUCT, _COLUMNS, _rows())


def _rows() -> Iterator[Row]:
    for code, (family, rate, english, russian) in OFFERS.items():
        for currency in CURRENCIES:
            key = product_key(code, currency)
            yield (key, 1, code, family.value, english, russian, currency, rate, _SINCE)

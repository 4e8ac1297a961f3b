"""The prompts that every bank needs, by name, with the places in their texts.

Their texts stand in `config/ivr/prompts/<language>.yaml`; each language writes its own sentence and
says in it how a value is spoken. A text must have exactly these places.
"""

from collections.abc import Mapping
from types import MappingProxyType

_ONE_OF_HIS = ("last4", "amount")

STANDARD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "balance_account": _ONE_OF_HIS,
        "balance_card_account": _ONE_OF_HIS,
        "balance_deposit": _ONE_OF_HIS,
        "balance_line": _ONE_OF_HIS,
        "balance_loan": _ONE_OF_HIS,
        "contract_account": ("last4", "opened"),
        "contract_card_account": ("last4", "opened"),
        "contract_deposit": ("last4", "opened"),
        "contract_line": ("last4", "opened"),
        "contract_loan": ("last4", "opened"),
        "contract_amount": ("amount",),
        "contract_rate": ("rate",),
        "contract_ends": ("day",),
        "statement_in": ("day", "amount"),
        "statement_out": ("day", "amount"),
        "instalment": ("last4", "day", "amount"),
        "debt_total": _ONE_OF_HIS,
        "debt_overdue": ("amount", "days"),
        "debt_not_overdue": (),
        "debt_next": ("day", "amount"),
        "decision_under_review": ("amount",),
        "decision_documents_wanted": ("amount",),
        "decision_approved": ("amount",),
        "decision_declined": ("amount",),
        "decision_expires": ("day",),
        "card_ordered": ("last4",),
        "card_ready": ("last4", "day"),
        "card_active": ("last4", "day"),
        "card_blocked": ("last4",),
        "card_expired": ("last4",),
        "card_closed": ("last4",),
        "card_reissue": ("last4",),
        "branch": ("name", "address"),
        "branch_named": ("name",),
        "product": ("name", "rate"),
        "product_most": ("amount",),
        "product_months": ("months",),
        "goodbye": (),
        "one_moment": (),
        "to_person": (),
        "callback_taken": (),
    }
)

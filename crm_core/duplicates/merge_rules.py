"""What a merge does with each column that points to a party. A test holds the table complete."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Rule(StrEnum):
    """What becomes of a row of the party that gives way.

    `MOVE`: it goes to the party that stays, unless that one has the same already. `MOVE_OR_END`: it
    ends then. `MUST_MOVE`: the merge is refused then. `END`: it ends in any case, for the other has
    its own. `STAY`: it is history of the record itself, or derived.
    """

    MOVE = "move"
    MOVE_OR_END = "move_or_end"
    MUST_MOVE = "must_move"
    END = "end"
    STAY = "stay"


RULES: Mapping[tuple[str, str], Rule] = MappingProxyType(
    {
        # What is told of the record itself.
        ("person", "party"): Rule.STAY,
        ("organisation", "party"): Rule.STAY,
        ("party", "merged_into"): Rule.STAY,
        ("client_standing", "party"): Rule.STAY,
        ("segment_membership", "party"): Rule.STAY,
        ("opened_amounts", "party"): Rule.STAY,
        # A PIN proves the record that it was set for, and is bound to it.
        ("telephone_pin", "party"): Rule.STAY,
        ("pin_request", "party"): Rule.STAY,
        ("pin_lockout", "party"): Rule.STAY,
        # What is derived, or of merges themselves.
        ("search_document", "party"): Rule.STAY,
        ("match_key", "party"): Rule.STAY,
        ("duplicate_pair", "one"): Rule.STAY,
        ("duplicate_pair", "other"): Rule.STAY,
        ("party_merge", "winner"): Rule.STAY,
        ("party_merge", "loser"): Rule.STAY,
        # Who looks after it: the party that stays keeps its own.
        ("manager_assignment", "party"): Rule.END,
        # How it is reached and what it has shown.
        ("party_phone", "party"): Rule.MOVE,
        ("party_email", "party"): Rule.MOVE,
        ("party_address", "party"): Rule.MOVE,
        ("party_branch", "party"): Rule.MOVE,
        ("identity_document", "party"): Rule.MOVE,
        ("client_number", "party"): Rule.MOVE,
        ("attachment", "party"): Rule.MOVE,
        ("consent_event", "party"): Rule.MOVE,
        ("blacklist_entry", "party"): Rule.MOVE,
        # To whom it is bound.
        ("party_relationship", "from_party"): Rule.MOVE_OR_END,
        ("party_relationship", "to_party"): Rule.MOVE_OR_END,
        ("party_group", "head"): Rule.MOVE,
        ("party_group_member", "party"): Rule.MOVE_OR_END,
        ("person", "employer"): Rule.MOVE,
        # What it has with the bank.
        ("agreement_party", "party"): Rule.MOVE,
        ("bank_card", "party"): Rule.MOVE,
        ("credit_application", "party"): Rule.MOVE,
        ("co_applicant", "party"): Rule.MOVE,
        ("decision_made", "party"): Rule.MOVE,
        ("collection_case", "party"): Rule.MUST_MOVE,
        ("case_event", "party"): Rule.MOVE,
        # Contacts and work.
        ("call_card", "party"): Rule.MOVE,
        ("call_card", "verified_party"): Rule.MOVE,
        ("task", "party"): Rule.MOVE,
        ("complaint", "party"): Rule.MOVE,
        ("interest", "party"): Rule.MOVE,
        ("need", "party"): Rule.MOVE,
        ("offer_made", "party"): Rule.MOVE,
    }
)

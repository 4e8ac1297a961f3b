"""Who may use which route: one table for pages and API alike. What is not in it is denied."""

from dataclasses import dataclass

from crm_core.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Rule:
    """Public, or for those who are signed in and have at least one of the permissions."""

    public: bool = False
    any_of: frozenset[Permission] = frozenset()


PUBLIC = Rule(public=True)
EVERYBODY = Rule(any_of=frozenset(Permission))


def _any(*permissions: Permission) -> Rule:
    return Rule(any_of=frozenset(permissions))


_P = Permission
SCREENS = _any(_P.TAKE_CALLS, _P.VIEW_BOARD)
CARDS = _any(_P.VIEW_OWN_CARDS, _P.VIEW_ALL_CARDS)
TOKENS = _any(_P.MANAGE_TOKENS)
MERGING = _any(_P.MERGE_PARTIES)
PARTIES = _any(_P.VIEW_PARTIES)
ADMINISTRATION = _any(
    _P.MANAGE_PRODUCTS,
    _P.MANAGE_CALENDARS,
    _P.MANAGE_ORGANISATION,
    _P.MANAGE_SEGMENTS,
    _P.MANAGE_STAFF,
    _P.MANAGE_TOKENS,
    _P.MANAGE_BANK_DATA,
)

ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/sign-in"): PUBLIC,
    ("POST", "/sign-in"): PUBLIC,
    ("POST", "/language"): PUBLIC,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/"): EVERYBODY,
    ("POST", "/live/ticket"): SCREENS,
    # Call cards
    ("GET", "/cards"): CARDS,
    ("GET", "/cards/{call}"): CARDS,
    ("GET", "/api/v1/call-cards"): CARDS,
    ("GET", "/api/v1/call-cards/{call}"): CARDS,
    # Parties: profiles, relations, money, duplicates
    ("GET", "/parties/{party}"): PARTIES,
    ("GET", "/api/v1/parties/search"): PARTIES,
    # Duplicates
    ("GET", "/duplicates"): MERGING,
    ("GET", "/duplicates/merges"): MERGING,
    ("POST", "/duplicates/merges/{merge}/undo"): MERGING,
    ("GET", "/duplicates/{pair}"): MERGING,
    ("POST", "/duplicates/{pair}"): MERGING,
    ("GET", "/api/v1/duplicates"): MERGING,
    ("GET", "/api/v1/merges"): MERGING,
    ("POST", "/api/v1/merges"): MERGING,
    ("POST", "/api/v1/merges/{merge}/undo"): MERGING,
    # Collections
    # Credit applications
    # Tasks, complaints, interests
    # Administration: products, calendars, branches, segments, tokens, bank data
    ("GET", "/admin"): ADMINISTRATION,
    ("GET", "/admin/tokens"): TOKENS,
    ("POST", "/admin/tokens"): TOKENS,
    ("POST", "/admin/tokens/{token}/revoke"): TOKENS,
}
"""Routes as (method, path of the route). A route that is not here answers nobody."""

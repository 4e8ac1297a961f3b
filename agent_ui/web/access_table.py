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
REPORTS = _any(_P.VIEW_REPORTS)
TOKENS = _any(_P.MANAGE_TOKENS)
MERGING = _any(_P.MERGE_PARTIES)
PARTIES = _any(_P.VIEW_PARTIES)
AMOUNTS = _any(_P.VIEW_AMOUNTS)
NUMBERS = _any(_P.VIEW_NUMBERS)
TASKS = _any(_P.WORK_TASKS, _P.DIRECT_TASKS)
APPLICATIONS = _any(_P.VIEW_APPLICATIONS)
APPLYING = _any(_P.WORK_APPLICATIONS)
DECIDING = _any(_P.DECIDE_APPLICATIONS)
APPLICATION_WORK = _any(_P.WORK_APPLICATIONS, _P.DECIDE_APPLICATIONS)
PRODUCTS = _any(_P.MANAGE_PRODUCTS)
CALENDARS = _any(_P.MANAGE_CALENDARS)
ROUTING_RULES = _any(_P.MANAGE_RULES)
ROUTES = _any(_P.MANAGE_PRODUCTS, _P.DECIDE_APPLICATIONS)
COMPLAINTS = _any(_P.HANDLE_COMPLAINTS)
INTERESTS = _any(_P.EDIT_PARTIES)
PROFILES = _any(_P.EDIT_PARTIES)
ERASING = _any(_P.ERASE_PARTIES)
BINDING = _any(_P.EDIT_PARTIES)
MANAGERS = _any(_P.ASSIGN_MANAGERS)
ORGANISATION = _any(_P.MANAGE_ORGANISATION)
SEGMENTS = _any(_P.MANAGE_SEGMENTS)
BRANCHES = _any(_P.VIEW_PARTIES, _P.MANAGE_ORGANISATION)
SEGMENTED = _any(_P.VIEW_PARTIES, _P.MANAGE_SEGMENTS)
BANK_DATA = _any(_P.MANAGE_BANK_DATA)
CASES = _any(_P.VIEW_CASES, _P.DIRECT_CASES)
CASE_WORK = _any(_P.WORK_CASES)
CASE_DEEDS = _any(_P.WORK_CASES, _P.DIRECT_CASES)
CASE_DIRECTION = _any(_P.DIRECT_CASES)
ADMINISTRATION = _any(
    _P.ERASE_PARTIES,
    _P.MERGE_PARTIES,
    _P.MANAGE_PRODUCTS,
    _P.MANAGE_CALENDARS,
    _P.MANAGE_RULES,
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
    # Reports
    ("GET", "/reports"): REPORTS,
    ("GET", "/reports/intervals.csv"): REPORTS,
    ("GET", "/reports/intervals.xlsx"): REPORTS,
    ("GET", "/reports/heatmap"): REPORTS,
    ("GET", "/reports/heatmap.csv"): REPORTS,
    ("GET", "/reports/heatmap.xlsx"): REPORTS,
    ("GET", "/api/v1/reports/intervals"): REPORTS,
    ("GET", "/api/v1/reports/heatmap"): REPORTS,
    # Call cards
    ("GET", "/cards"): CARDS,
    ("GET", "/cards/{call}"): CARDS,
    ("GET", "/api/v1/call-cards"): CARDS,
    ("GET", "/api/v1/call-cards/{call}"): CARDS,
    ("GET", "/api/v1/call-cards/{call}/explanation"): CARDS,
    # Parties: profiles, relations, money, duplicates
    ("GET", "/parties/{party}"): PARTIES,
    ("GET", "/parties/{party}/agreements"): PARTIES,
    ("GET", "/parties/{party}/agreements/{agreement}"): PARTIES,
    ("POST", "/parties/{party}/agreements/{agreement}/number"): NUMBERS,
    ("POST", "/parties/{party}/amounts"): AMOUNTS,
    ("POST", "/parties/{party}/amounts/close"): AMOUNTS,
    ("GET", "/parties/{party}/cards"): PARTIES,
    ("GET", "/parties/{party}/timeline"): PARTIES,
    ("GET", "/parties/{party}/looks"): PARTIES,
    ("GET", "/api/v1/parties/{party}/panel"): PARTIES,
    ("GET", "/api/v1/parties/{party}/timeline"): PARTIES,
    ("GET", "/api/v1/parties/{party}/agreements"): PARTIES,
    ("GET", "/api/v1/parties/{party}/agreements/{agreement}/schedule"): AMOUNTS,
    ("GET", "/api/v1/parties/{party}/agreements/{agreement}/statement"): AMOUNTS,
    ("POST", "/api/v1/parties/{party}/amounts"): AMOUNTS,
    ("GET", "/api/v1/parties/search"): PARTIES,
    # Profiles, contact points, documents, files, consents, erasure
    ("GET", "/parties/new"): PROFILES,
    ("POST", "/parties/new"): PROFILES,
    ("GET", "/parties/{party}/profile"): PARTIES,
    ("GET", "/parties/{party}/profile/edit"): PROFILES,
    ("POST", "/parties/{party}/profile/edit"): PROFILES,
    ("POST", "/parties/{party}/profile/tax-id"): NUMBERS,
    ("POST", "/parties/{party}/figures"): PROFILES,
    ("POST", "/parties/{party}/figures/{as_of}"): PROFILES,
    ("POST", "/parties/{party}/figures/{as_of}/remove"): PROFILES,
    ("POST", "/parties/{party}/licences"): PROFILES,
    ("POST", "/parties/{party}/licences/{licence}"): PROFILES,
    ("POST", "/parties/{party}/licences/{licence}/end"): PROFILES,
    ("GET", "/parties/{party}/contacts"): PARTIES,
    ("POST", "/parties/{party}/contacts/phones"): PROFILES,
    ("POST", "/parties/{party}/contacts/phones/{phone}"): PROFILES,
    ("POST", "/parties/{party}/contacts/phones/{phone}/end"): PROFILES,
    ("POST", "/parties/{party}/contacts/emails"): PROFILES,
    ("POST", "/parties/{party}/contacts/emails/{email}/end"): PROFILES,
    ("POST", "/parties/{party}/contacts/addresses"): PROFILES,
    ("POST", "/parties/{party}/contacts/addresses/{address}/end"): PROFILES,
    ("GET", "/parties/{party}/consents"): PARTIES,
    ("POST", "/parties/{party}/consents"): PROFILES,
    ("GET", "/parties/{party}/documents"): PARTIES,
    ("POST", "/parties/{party}/documents"): PROFILES,
    ("POST", "/parties/{party}/documents/{document}/end"): PROFILES,
    ("POST", "/parties/{party}/documents/{document}/number"): NUMBERS,
    ("POST", "/parties/{party}/attachments"): PROFILES,
    ("GET", "/parties/{party}/attachments/{attachment}"): PARTIES,
    ("POST", "/parties/{party}/attachments/{attachment}/remove"): PROFILES,
    ("POST", "/api/v1/parties"): PROFILES,
    ("GET", "/api/v1/parties/{party}/profile"): PARTIES,
    ("PATCH", "/api/v1/parties/{party}/profile"): PROFILES,
    ("POST", "/api/v1/parties/{party}/profile/tax-id"): NUMBERS,
    ("GET", "/api/v1/parties/{party}/figures"): PARTIES,
    ("POST", "/api/v1/parties/{party}/figures"): PROFILES,
    ("PUT", "/api/v1/parties/{party}/figures/{as_of}"): PROFILES,
    ("POST", "/api/v1/parties/{party}/figures/{as_of}/remove"): PROFILES,
    ("GET", "/api/v1/parties/{party}/licences"): PARTIES,
    ("POST", "/api/v1/parties/{party}/licences"): PROFILES,
    ("PUT", "/api/v1/parties/{party}/licences/{licence}"): PROFILES,
    ("POST", "/api/v1/parties/{party}/licences/{licence}/end"): PROFILES,
    ("GET", "/api/v1/parties/{party}/contacts"): PARTIES,
    ("POST", "/api/v1/parties/{party}/phones"): PROFILES,
    ("PUT", "/api/v1/parties/{party}/phones/{phone}"): PROFILES,
    ("POST", "/api/v1/parties/{party}/phones/{phone}/end"): PROFILES,
    ("POST", "/api/v1/parties/{party}/emails"): PROFILES,
    ("POST", "/api/v1/parties/{party}/emails/{email}/end"): PROFILES,
    ("POST", "/api/v1/parties/{party}/addresses"): PROFILES,
    ("POST", "/api/v1/parties/{party}/addresses/{address}/end"): PROFILES,
    ("GET", "/api/v1/parties/{party}/documents"): PARTIES,
    ("POST", "/api/v1/parties/{party}/documents"): PROFILES,
    ("POST", "/api/v1/parties/{party}/documents/{document}/end"): PROFILES,
    ("POST", "/api/v1/parties/{party}/documents/{document}/number"): NUMBERS,
    ("GET", "/api/v1/parties/{party}/consents"): PARTIES,
    ("POST", "/api/v1/parties/{party}/consents"): PROFILES,
    ("GET", "/api/v1/parties/{party}/attachments"): PARTIES,
    ("POST", "/api/v1/parties/{party}/attachments"): PROFILES,
    ("POST", "/api/v1/parties/{party}/attachments/{attachment}/remove"): PROFILES,
    ("GET", "/api/v1/parties/{party}/attachments/{attachment}"): PARTIES,
    ("GET", "/parties/{party}/erase"): ERASING,
    ("POST", "/parties/{party}/erase"): ERASING,
    ("GET", "/admin/erasures"): ERASING,
    ("POST", "/admin/erasures"): ERASING,
    ("POST", "/api/v1/erasures/search"): ERASING,
    ("POST", "/api/v1/parties/{party}/erasure"): ERASING,
    # Relations, groups, managers
    ("GET", "/parties/{party}/relations"): PARTIES,
    ("POST", "/parties/{party}/relations"): BINDING,
    ("POST", "/parties/{party}/relations/{relation}/end"): BINDING,
    ("POST", "/parties/{party}/branches"): BINDING,
    ("GET", "/parties/{party}/managers"): PARTIES,
    ("POST", "/parties/{party}/managers"): MANAGERS,
    ("GET", "/groups"): PARTIES,
    ("POST", "/groups"): BINDING,
    ("GET", "/groups/{group}"): PARTIES,
    ("POST", "/groups/{group}"): BINDING,
    ("POST", "/groups/{group}/members"): BINDING,
    ("GET", "/api/v1/relationship-types"): PARTIES,
    ("GET", "/api/v1/parties/{party}/relations"): PARTIES,
    ("POST", "/api/v1/parties/{party}/relations"): BINDING,
    ("POST", "/api/v1/relations/{relation}/end"): BINDING,
    ("GET", "/api/v1/parties/{party}/graph"): PARTIES,
    ("GET", "/api/v1/parties/{party}/managers"): PARTIES,
    ("PUT", "/api/v1/parties/{party}/managers"): MANAGERS,
    ("GET", "/api/v1/groups"): PARTIES,
    ("POST", "/api/v1/groups"): BINDING,
    ("GET", "/api/v1/groups/{group}"): PARTIES,
    ("PUT", "/api/v1/groups/{group}/members"): BINDING,
    ("GET", "/api/v1/branches"): BRANCHES,
    ("GET", "/api/v1/segments"): SEGMENTED,
    ("GET", "/api/v1/segments/{segment}"): SEGMENTED,
    ("GET", "/api/v1/segments/{segment}/members"): PARTIES,
    ("GET", "/api/v1/segments/{segment}/members/{party}"): PARTIES,
    ("POST", "/api/v1/segments/try"): SEGMENTS,
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
    ("GET", "/collections"): CASES,
    ("GET", "/collections/blacklist"): CASES,
    ("POST", "/collections/blacklist"): CASE_DEEDS,
    ("POST", "/collections/blacklist/{entry}/approve"): CASE_DIRECTION,
    ("POST", "/collections/blacklist/{entry}/refuse"): CASE_DIRECTION,
    ("POST", "/collections/blacklist/{entry}/end"): CASE_DIRECTION,
    ("GET", "/collections/{case}"): CASES,
    ("POST", "/collections/{case}/amounts"): CASES,
    ("POST", "/collections/{case}/steps"): CASE_WORK,
    ("POST", "/collections/{case}/promises"): CASE_WORK,
    ("POST", "/collections/{case}/promises/{promise}/cancel"): CASE_WORK,
    ("POST", "/collections/{case}/promises/{promise}/cancelled"): CASE_DIRECTION,
    ("POST", "/collections/{case}/exceptions/{promise}/{entry}"): CASE_DIRECTION,
    ("POST", "/collections/{case}/owner"): CASE_DEEDS,
    ("POST", "/collections/{case}/pause"): CASE_DIRECTION,
    ("POST", "/collections/{case}/resume"): CASE_DIRECTION,
    ("POST", "/collections/{case}/move"): CASE_DEEDS,
    ("GET", "/parties/{party}/collections"): CASES,
    ("GET", "/api/v1/collections/cases"): CASES,
    ("GET", "/api/v1/collections/cases/{case}"): CASES,
    ("POST", "/api/v1/collections/cases/{case}/steps"): CASE_WORK,
    ("POST", "/api/v1/collections/cases/{case}/promises"): CASE_WORK,
    # Credit applications
    ("GET", "/applications"): APPLICATIONS,
    ("GET", "/applications/{application}"): APPLICATIONS,
    ("POST", "/applications/{application}/act"): APPLICATION_WORK,
    ("POST", "/applications/{application}/vote"): DECIDING,
    ("POST", "/applications/{application}/assign"): APPLYING,
    ("POST", "/applications/{application}/documents"): APPLYING,
    ("POST", "/applications/{application}/tell"): APPLICATIONS,
    ("GET", "/parties/{party}/applications"): APPLICATIONS,
    ("POST", "/parties/{party}/applications"): APPLYING,
    ("GET", "/parties/{party}/applications/new"): APPLYING,
    ("GET", "/api/v1/applications"): APPLICATIONS,
    ("POST", "/api/v1/applications"): APPLYING,
    ("GET", "/api/v1/applications/{application}"): APPLICATIONS,
    ("POST", "/api/v1/applications/{application}/acts"): APPLICATION_WORK,
    ("POST", "/api/v1/applications/{application}/votes"): DECIDING,
    ("POST", "/api/v1/applications/{application}/owner"): APPLYING,
    ("POST", "/api/v1/applications/{application}/documents/{document}"): APPLYING,
    ("POST", "/api/v1/applications/{application}/told"): APPLICATIONS,
    # Tasks, complaints, interests
    ("GET", "/today"): TASKS,
    ("GET", "/tasks"): TASKS,
    ("POST", "/tasks"): TASKS,
    ("GET", "/tasks/new"): TASKS,
    ("GET", "/tasks/{task}"): TASKS,
    ("POST", "/tasks/{task}/move"): TASKS,
    ("GET", "/parties/{party}/tasks"): TASKS,
    ("GET", "/complaints"): COMPLAINTS,
    ("POST", "/complaints"): COMPLAINTS,
    ("GET", "/complaints/new"): COMPLAINTS,
    ("GET", "/complaints/{complaint}"): COMPLAINTS,
    ("POST", "/complaints/{complaint}/move"): COMPLAINTS,
    ("GET", "/interests"): INTERESTS,
    ("POST", "/interests"): INTERESTS,
    ("GET", "/interests/new"): INTERESTS,
    ("GET", "/interests/{interest}"): INTERESTS,
    ("POST", "/interests/{interest}/qualify"): INTERESTS,
    ("POST", "/interests/{interest}/drop"): INTERESTS,
    ("POST", "/deals/{deal}/move"): INTERESTS,
    ("GET", "/parties/{party}/interests"): INTERESTS,
    ("POST", "/parties/{party}/needs"): INTERESTS,
    ("POST", "/parties/{party}/needs/{need}/end"): INTERESTS,
    ("POST", "/parties/{party}/offers"): INTERESTS,
    ("GET", "/api/v1/worklist"): TASKS,
    ("GET", "/api/v1/tasks"): TASKS,
    ("POST", "/api/v1/tasks"): TASKS,
    ("GET", "/api/v1/tasks/{task}"): TASKS,
    ("POST", "/api/v1/tasks/{task}/moves"): TASKS,
    ("GET", "/api/v1/complaints"): COMPLAINTS,
    ("POST", "/api/v1/complaints"): COMPLAINTS,
    ("GET", "/api/v1/complaints/{complaint}"): COMPLAINTS,
    ("POST", "/api/v1/complaints/{complaint}/moves"): COMPLAINTS,
    ("GET", "/api/v1/interests"): INTERESTS,
    ("POST", "/api/v1/interests"): INTERESTS,
    ("GET", "/api/v1/interests/{interest}"): INTERESTS,
    ("POST", "/api/v1/interests/{interest}/deal"): INTERESTS,
    ("POST", "/api/v1/interests/{interest}/drop"): INTERESTS,
    ("POST", "/api/v1/deals/{deal}/moves"): INTERESTS,
    ("GET", "/api/v1/parties/{party}/offers"): INTERESTS,
    ("POST", "/api/v1/parties/{party}/offers"): INTERESTS,
    ("POST", "/api/v1/parties/{party}/needs"): INTERESTS,
    # Administration: products, calendars, branches, segments, tokens, bank data
    ("GET", "/admin"): ADMINISTRATION,
    ("GET", "/admin/products"): PRODUCTS,
    ("POST", "/admin/products"): PRODUCTS,
    ("GET", "/admin/products/{product}"): PRODUCTS,
    ("POST", "/admin/products/{product}/versions"): PRODUCTS,
    ("POST", "/admin/products/{product}/versions/{version}"): PRODUCTS,
    ("GET", "/api/v1/products"): PARTIES,
    ("GET", "/admin/calendar"): CALENDARS,
    ("POST", "/admin/calendar"): CALENDARS,
    ("GET", "/admin/routes"): ROUTES,
    ("POST", "/admin/routes"): ROUTES,
    ("POST", "/admin/routes/{version}/publish"): ROUTES,
    ("GET", "/admin/rules"): ROUTING_RULES,
    ("GET", "/admin/rules/draft"): ROUTING_RULES,
    ("POST", "/admin/rules/draft"): ROUTING_RULES,
    ("GET", "/admin/rules/{version}"): ROUTING_RULES,
    ("POST", "/admin/rules/{version}"): ROUTING_RULES,
    ("GET", "/api/v1/routing-rules"): ROUTING_RULES,
    ("GET", "/api/v1/routing-rules/versions"): ROUTING_RULES,
    ("GET", "/api/v1/routing-rules/versions/{version}"): ROUTING_RULES,
    ("POST", "/api/v1/routing-rules/check"): ROUTING_RULES,
    ("GET", "/admin/branches"): ORGANISATION,
    ("POST", "/admin/branches"): ORGANISATION,
    ("POST", "/admin/branches/{branch}"): ORGANISATION,
    ("GET", "/admin/teams"): ORGANISATION,
    ("POST", "/admin/teams"): ORGANISATION,
    ("POST", "/admin/teams/{team}"): ORGANISATION,
    ("GET", "/admin/leave"): ORGANISATION,
    ("POST", "/admin/leave"): ORGANISATION,
    ("POST", "/admin/leave/{leave}/end"): ORGANISATION,
    ("GET", "/admin/skills"): ORGANISATION,
    ("GET", "/admin/skills/{employee}"): ORGANISATION,
    ("POST", "/admin/skills/{employee}"): ORGANISATION,
    ("GET", "/api/v1/skills"): ORGANISATION,
    ("GET", "/api/v1/assignments"): ORGANISATION,
    ("GET", "/api/v1/assignments/{employee}"): ORGANISATION,
    ("PUT", "/api/v1/assignments/{employee}"): ORGANISATION,
    ("GET", "/admin/segments"): SEGMENTS,
    ("POST", "/admin/segments"): SEGMENTS,
    ("GET", "/admin/segments/new"): SEGMENTS,
    ("GET", "/admin/segments/{segment}"): SEGMENTS,
    ("POST", "/admin/segments/{segment}"): SEGMENTS,
    ("GET", "/admin/segments/{segment}/edit"): SEGMENTS,
    ("POST", "/admin/segments/{segment}/evaluate"): SEGMENTS,
    ("GET", "/admin/tokens"): TOKENS,
    ("POST", "/admin/tokens"): TOKENS,
    ("POST", "/admin/tokens/{token}/revoke"): TOKENS,
    ("GET", "/admin/bank-data"): BANK_DATA,
    ("GET", "/admin/bank-data/parked"): BANK_DATA,
    ("GET", "/admin/bank-data/batches/{batch}"): BANK_DATA,
    ("GET", "/admin/bank-data/batches/{batch}/refused.csv"): BANK_DATA,
    ("POST", "/admin/bank-data/alarms/{alarm}/acknowledge"): BANK_DATA,
    ("POST", "/admin/bank-data/outbox/{message}/retry"): BANK_DATA,
    ("POST", "/api/v1/core-bank/events"): BANK_DATA,
    ("GET", "/api/v1/core-bank/standing"): BANK_DATA,
    ("POST", "/api/v1/core-bank/alarms/{alarm}/acknowledge"): BANK_DATA,
    ("GET", "/api/v1/core-bank/batches"): BANK_DATA,
    ("GET", "/api/v1/core-bank/batches/{batch}"): BANK_DATA,
    ("GET", "/api/v1/core-bank/parked"): BANK_DATA,
}
"""Routes as (method, path of the route). A route that is not here answers nobody."""

"""Finding a party by whatever is known of it: a name in any script, a number, while one types.

`find` answers, `index` and `forget` keep what it answers from. Search shows nothing that opens
without an audited look: numbers are masked and there are no amounts. See docs/adr/0006-search.md.
"""

from crm_core.search.finding import LARGEST_PAGE, CursorRefused, Found, FoundParty, Why, find
from crm_core.search.index import forget, index

__all__ = ["LARGEST_PAGE", "CursorRefused", "Found", "FoundParty", "Why", "find", "forget", "index"]

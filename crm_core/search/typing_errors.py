"""Words that differ by one typing error, found by equality and not by looking at all words.

One letter left out, put in, put in another's place, or two neighbours swapped: two words that
differ so become equal when at most one letter is left out of each. So every word is stored with
each of its letters left out once, and what is typed is asked for in the same way. Pure.
"""

from crm_core.search.folding import has_han, key

SHORTEST = 5
"""Shorter words are too like each other for an error to tell anything."""
LONGEST = 24


def forms(word: str) -> frozenset[str]:
    """How a folded word may be misspelt: as it was written, and as its key.

    One wrong Cyrillic letter may be four wrong Latin ones, so the key alone does not do.
    """
    return frozenset(form for form in (word, key(word)) if _fits(form, SHORTEST))


def typed_forms(word: str) -> frozenset[str]:
    """The same of a word that is typed, from which a letter may be missing."""
    return frozenset(form for form in (word, key(word)) if _fits(form, SHORTEST - 1))


def variants(form: str) -> frozenset[str]:
    """The form, and the form with each of its letters left out."""
    return frozenset({form} | {form[:i] + form[i + 1 :] for i in range(len(form))})


def one_error_apart(one: str, other: str) -> bool:
    """Whether one typing error makes one of the other; false for equal words."""
    if one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1]
    return one[at + 1 :] == other[at + 1 :] or (swapped and one[at + 2 :] == other[at + 2 :])


def _fits(form: str, shortest: int) -> bool:
    return shortest <= len(form) <= LONGEST and form.isalpha() and not has_han(form)

"""Telephone numbers: real in shape, given to nobody where that can be had, each made once.

Russian and Ukrainian numbers lie in codes that no operator has; American ones in the exchange 555,
which is for films. China has no such range, so that the flag `synthetic` that stands with every
number is what a dialler must go by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.words.lexicon import listed

_STEP = 6_180_339
"""Coprime to ten: counting by it visits every number of a range once, in no visible order."""

_AREAS = listed(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234"
    " 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309"
    " 310 312 313 314 315 316 317 318 319 320 321 323 330 334 336 337 339 347 351 352 360 361 386"
    " 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 425 432 434 435 440 443 469"
    " 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541"
    " 551 559 561 562 563 567 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612"
    " 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702"
    " 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 740 754 757 760"
    " 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816"
    " 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 863 864 865 870 901 903 904"
    " 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949"
    " 951 952 954 956 970 971 972 973 978 979 980 985 989"
)


@dataclass(frozen=True, slots=True)
class _Range:
    """So many digits after one of the prefixes."""

    prefixes: tuple[str, ...]
    digits: int

    def __iter__(self) -> Iterator[str]:
        size = 10**self.digits
        for n in range(size * len(self.prefixes)):
            place, round_ = n % size, n // size
            prefix = self.prefixes[(n + round_) % len(self.prefixes)]
            yield f"{prefix}{place * _STEP % size:0{self.digits}}"


_RANGES = {
    "ru": _Range(("+7945",), 7),
    "uk": _Range(("+38092",), 7),
    "en": _Range(tuple(f"+1{area}555" for area in _AREAS), 4),
    "zh": _Range(("+86165", "+86167", "+86170", "+86171"), 8),
}
_RESERVED = ("+7945555", "+1800555")
"""Numbers of the golden cases and of the hand-made demo."""


class Numbers:
    """Hands out numbers by language, none twice."""

    def __init__(self) -> None:
        self._left = {language: iter(one) for language, one in _RANGES.items()}

    def next(self, language: str) -> str:
        """A number that was not handed out before. Raises StopIteration when a range is empty."""
        number = next(self._left[language])
        while number.startswith(_RESERVED):
            number = next(self._left[language])
        return number


def as_typed(chance: Chance, number: str) -> str:
    """The number as a clerk, a form or a trunk might have written it; it can still be read."""
    country = next(code for code in ("+7", "+380", "+1", "+86") if number.startswith(code))
    rest = number[len(country) :]
    a, b, c, d = rest[:3], rest[3:6], rest[6:8], rest[8:]
    forms = [
        f"{country} ({a}) {b}-{c}-{d}",
        f"{country}-{a}-{b}-{c}{d}",
        f" {country} {a} {b} {c} {d} ",
        f"tel:{number}",
        f"00{country[1:]}{rest}" if country != "+7" else f"8 ({a}) {b}-{c}-{d}",
        f"{country} {a}.{b}.{c}{d}",
        f"{number} доб. {chance.between(10, 999)}",
    ]
    return chance.of(forms)

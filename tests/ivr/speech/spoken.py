"""Reads number words back, by tables of its own: the other half of a round trip."""

_TEENS_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TENS_EN = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH = {
    **{word: value for value, word in enumerate(_TEENS_EN.split())},
    **{word: 10 * value for value, word in enumerate(_TENS_EN.split(), 2)},
}
_SCALES = {
    **dict.fromkeys(("thousand", "тысяча", "тысячи", "тысяч", "тисяча", "тисячі", "тисяч"), 10**3),
    **dict.fromkeys(("million", "миллион", "миллиона", "миллионов"), 10**6),
    **dict.fromkeys(("мільйон", "мільйони", "мільйонів", "мільйона"), 10**6),
    **dict.fromkeys(("billion", "миллиард", "миллиарда", "миллиардов"), 10**9),
    **dict.fromkeys(("мільярд", "мільярди", "мільярдів", "мільярда"), 10**9),
}
_STEMS = (
    # Longest first: a word is the value of the first stem it begins with.
    *(("дев'ятнадцят", 19), ("дев'ятсот", 900), ("дев'ятисот", 900), ("дев'яност", 90)),
    *(("девятнадцат", 19), ("девятьсот", 900), ("девятисот", 900), ("девяност", 90)),
    *(("восемнадцат", 18), ("восемьсот", 800), ("восьмисот", 800), ("восемьдесят", 80)),
    *(("вісімнадцят", 18), ("вісімсот", 800), ("вісімдесят", 80), ("восьмидесят", 80)),
    *(("семнадцат", 17), ("семьсот", 700), ("семисот", 700), ("семьдесят", 70)),
    *(("сімнадцят", 17), ("сімсот", 700), ("сімдесят", 70), ("семидесят", 70)),
    *(("шестнадцат", 16), ("шестьсот", 600), ("шестисот", 600), ("шестьдесят", 60)),
    *(("шістнадцят", 16), ("шістсот", 600), ("шістдесят", 60), ("шестидесят", 60)),
    *(("пятнадцат", 15), ("пятьсот", 500), ("пятисот", 500), ("пятьдесят", 50)),
    *(("п'ятнадцят", 15), ("п'ятсот", 500), ("п'ятисот", 500), ("п'ятдесят", 50)),
    *(("пятидесят", 50), ("п'ятидесят", 50), ("четырнадцат", 14), ("чотирнадцят", 14)),
    *(("четыреста", 400), ("чотириста", 400), ("четырёхсот", 400), ("чотирьохсот", 400)),
    *(("тринадцат", 13), ("тринадцят", 13), ("триста", 300), ("трёхсот", 300), ("трьохсот", 300)),
    *(("двенадцат", 12), ("дванадцят", 12), ("одиннадцат", 11), ("одинадцят", 11)),
    *(("двести", 200), ("двісті", 200), ("двухсот", 200), ("двохсот", 200)),
    *(("двадцат", 20), ("двадцят", 20), ("тридцат", 30), ("тридцят", 30), ("сорок", 40)),
    *(("сто", 100), ("ста", 100), ("десят", 10), ("девят", 9), ("дев'ят", 9)),
    *(("восем", 8), ("восьм", 8), ("вісім", 8), ("сем", 7), ("сім", 7), ("шест", 6), ("шіст", 6)),
    *(("пят", 5), ("п'ят", 5), ("четыр", 4), ("чотир", 4), ("три", 3), ("трёх", 3), ("трьох", 3)),
    *(("два", 2), ("две", 2), ("дві", 2), ("двух", 2), ("двох", 2)),
    *(("один", 1), ("одна", 1), ("одн", 1), ("ноль", 0), ("ноля", 0), ("нул", 0)),
)


def number_in(words: str, language: str) -> int:
    """The number that words say."""
    if language == "zh":
        return _chinese(words)
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in _SCALES:
            total, group = total + group * _SCALES[word], 0
        elif word == "hundred":
            group *= 100
        elif word != "and":
            group += _ENGLISH[word] if language == "en" else _slavic(word)
    return total + group


def _slavic(word: str) -> int:
    return next(value for stem, value in _STEMS if word.startswith(stem))


def _chinese(words: str) -> int:
    total = group = digit = 0
    for sign in words:
        if sign in "亿万":
            size = 10**8 if sign == "亿" else 10**4
            total, group, digit = total + (group + digit) * size, 0, 0
        elif sign in "十百千":
            group, digit = group + (digit or 1) * 10 ** ("十百千".index(sign) + 1), 0
        else:
            digit = 2 if sign == "两" else "零一二三四五六七八九".index(sign)
    return total + group + digit

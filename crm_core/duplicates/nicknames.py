"""Short forms of given names: Bob is Robert, Саша is Александр or Александра. Data only."""

from functools import cache

from crm_core.search.folding import key, words

_SHORT = """
robert: bob bobby rob robbie
edward: ed eddie ned ted
william: bill billy will liam
richard: dick rick rich
james: jim jimmy jamie
john: jack johnny jon
joseph: joe
michael: mike mick
patrick: pat paddy
patricia: pat patty trish
elizabeth: liz beth betty eliza
margaret: maggie meg peggy
katherine: kate kathy katie catherine
susan: sue susanne suzanne susie
andrew: andy drew
anthony: tony
charles: charlie chuck
daniel: dan danny
geoffrey: jeff jeffrey geoff
george: georg jorge jorg
maurice: morris morrie
alexander: alex sandy
александр: саша шура саня алекс олександр
александра: саша шура аля
алексей: алеша леша
анастасия: настя ася
андрей: андрюша
анна: аня нюра ганна
борис: боря
валентина: валя
василий: вася василь
виктор: витя віктор
виктория: вика
владимир: вова володя володимир
галина: галя
григорий: гриша григорій
дарья: даша
дмитрий: дима митя дмитро
евгений: женя євген
евгения: женя
екатерина: катя катерина
елена: лена алена олена
елизавета: лиза
иван: ваня іван
игорь: ігор
ирина: ира ірина
константин: костя
ксения: оксана
людмила: люда мила
мария: маша маруся марія
михаил: миша михайло
надежда: надя
наталья: наташа наталия наталка
николай: коля микола
ольга: оля
павел: паша павло
петр: петя петро
светлана: света
сергей: сережа сергій
софья: соня софия
станислав: стас
татьяна: таня тетяна
федор: федя
юлия: юля
юрий: юра
яков: яша
"""


@cache
def _table() -> dict[str, frozenset[str]]:
    meant: dict[str, set[str]] = {}
    for line in _SHORT.strip().splitlines():
        full, _, short = line.partition(": ")
        for name in (full, *short.split()):
            folded = "".join(key(word) for word in words(name))
            meant.setdefault(folded, set()).add("".join(key(word) for word in words(full)))
    return {name: frozenset(names | {name}) for name, names in meant.items()}


@cache
def _short_forms() -> dict[str, frozenset[str]]:
    shorts: dict[str, set[str]] = {}
    for short, full in _table().items():
        for name in full:
            shorts.setdefault(name, set()).add(short)
    return {name: frozenset(forms) for name, forms in shorts.items()}


def first_letters(given: str) -> frozenset[str]:
    """With what the name may begin when it is cut to a letter: Robert is R., and as Bob B."""
    forms = {given}.union(*(_short_forms().get(name, {name}) for name in full_names(given)))
    return frozenset(form[0] for form in forms if form)


def full_names(given: str) -> frozenset[str]:
    """The folded names that this one may stand for, itself among them."""
    return _table().get(given, frozenset({given}))

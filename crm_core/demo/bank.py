"""The people of the demo bank: data only, `crm_core.demo` puts it into a database.

The numbers lie in a Russian range that no operator has been given; nothing here is a person.
"""

from dataclasses import dataclass
from datetime import timedelta

from crm_core.models import PartyKind, PartyStatus, PhoneRole, Role
from crm_core.parties.records import PersonName
from routing.terms import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """An employee. One who is away has no password and never signs in.

    `queues` are those whose pool he serves beside the demo's main one, `skills` have levels.
    """

    username: str
    name: str
    role: Role
    language: str = "en"
    in_pool: bool = False
    away: bool = False
    queues: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A party, its numbers as a clerk might have typed them, and its managers by rank."""

    key: str
    name: PersonName | str
    phones: tuple[tuple[str, PhoneRole], ...]
    managers: tuple[str, ...] = ()
    status: PartyStatus = PartyStatus.ACTIVE
    tier: str = "C"
    language: str = "ru"
    vip: bool = False
    legal_name: str = ""

    @property
    def kind(self) -> PartyKind:
        return PartyKind.ORGANISATION if isinstance(self.name, str) else PartyKind.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """A call that was answered and is over. Without a disposition its card is still owed."""

    key: str
    client: str
    agent: str
    ago: timedelta
    talked: timedelta
    basis: Basis
    topic: str = ""
    essence: str = ""
    disposition: str = ""


EMPLOYEES = (
    Hire(
        username="anna",
        name="Anna Berg",
        role=Role.MANAGER,
        skills=(("english", 5), ("mortgage", 4)),
    ),
    Hire(
        username="boris",
        name="Борис Орлов",
        role=Role.MANAGER,
        language="ru",
        skills=(("business", 5), ("loans", 4)),
    ),
    Hire(
        username="clara",
        name="Clara Novak",
        role=Role.AGENT,
        in_pool=True,
        queues=("cards",),
        skills=(("cards", 4), ("english", 3)),
    ),
    Hire(username="daria", name="Дарья Седова", role=Role.SUPERVISOR, language="ru"),
    Hire(username="emil", name="Emil Frank", role=Role.ADMINISTRATOR),
    Hire(
        username="galina",
        name="Галина Мороз",
        role=Role.COLLECTOR,
        language="ru",
        queues=("collections",),
        skills=(("loans", 3), ("negotiation", 5)),
    ),
    Hire(username="igor", name="Igor Weiss", role=Role.CREDIT_OFFICER),
    Hire(username="felix", name="Felix Lang", role=Role.MANAGER, away=True),
)

SOURCE = "demo"
"""Of whom the parties, agreements and so on of the demo have their news."""

BRANCHES = (
    ("Central", "Центральное отделение", "Тверская улица, дом 12"),
    ("North", "Северное отделение", "проспект Мира, дом 101"),
)
"""Code, name, address."""

_FAMILY_NUMBER = "+7 945 555-01-10"

CLIENTS = (
    Client(
        key="ivanova",
        name=PersonName(family="Иванова", given="Мария", middle="Сергеевна"),
        phones=(("8 (945) 555-01-01", PhoneRole.MOBILE), ("+79455550151", PhoneRole.WORK)),
        managers=("anna", "boris"),
        tier="A",
    ),
    Client(
        key="ivanova-namesake",
        name=PersonName(family="Иванова", given="Мария", middle="Сергеевна"),
        phones=(("+7 945 5550102", PhoneRole.MOBILE),),
        managers=("boris",),
        tier="D",
    ),
    Client(
        key="kuznetsov",
        name=PersonName(family="Кузнецов", given="Андрей", middle="Павлович"),
        phones=((_FAMILY_NUMBER, PhoneRole.MOBILE),),
        managers=("anna", "boris"),
        tier="B",
    ),
    Client(
        key="kuznetsova",
        name=PersonName(family="Кузнецова", given="Ольга", middle="Игоревна"),
        phones=((_FAMILY_NUMBER, PhoneRole.HOME), ("89455550111", PhoneRole.MOBILE)),
        managers=("boris",),
    ),
    Client(
        key="sever",
        name="Север",
        legal_name="ООО «Север»",
        phones=(("(945) 555-01-10", PhoneRole.WORK),),
        managers=("boris", "anna"),
        tier="B",
    ),
    Client(
        key="sokolova",
        name=PersonName(family="Соколова", given="Вера", middle="Львовна"),
        phones=(("+7-945-555-01-20", PhoneRole.MOBILE),),
        managers=("felix", "boris", "anna"),
        tier="A",
        vip=True,
    ),
    Client(
        key="shcherbak",
        name=PersonName(family="Щербак", given="Юрій", middle="Іванович"),
        phones=(("7 945 555 01 21", PhoneRole.MOBILE),),
        status=PartyStatus.INACTIVE,
        language="uk",
    ),
    Client(
        key="lukianenko",
        name=PersonName(family="Лук'яненко", given="Дарина"),
        phones=(("+79455550122", PhoneRole.MOBILE),),
        managers=("boris",),
        language="uk",
    ),
    Client(
        key="obrien",
        name=PersonName(family="O'Brien", given="Patrick"),
        phones=(("+7 945 555 01 23", PhoneRole.MOBILE),),
        managers=("anna",),
        tier="B",
        language="en",
    ),
    Client(
        key="wang",
        name=PersonName(family="王", given="小明"),
        phones=(("+79455550124", PhoneRole.MOBILE),),
        managers=("anna",),
        language="zh",
    ),
    Client(
        key="yolkina",
        name=PersonName(family="Ёлкина-Смирнова", given="Алёна"),
        phones=(("+79455550125", PhoneRole.MOBILE), ("+79455550101", PhoneRole.RELATIVE)),
        status=PartyStatus.POTENTIAL,
        tier="D",
    ),
    Client(
        key="orion",
        name="Orion Trading",
        legal_name="Orion Trading LLC",
        phones=(("+79455550130", PhoneRole.WORK),),
        managers=("boris", "felix"),
        tier="A",
        language="en",
    ),
    Client(
        key="baker",
        name=PersonName(family="Baker", given="John"),
        phones=(("+79455550126", PhoneRole.MOBILE),),
        status=PartyStatus.CLOSED,
        tier="D",
        language="en",
    ),
)

CALLS = (
    PastCall(
        key="demo-1.1",
        client="ivanova",
        agent="anna",
        ago=timedelta(days=6, hours=2),
        talked=timedelta(seconds=142),
        basis=Basis.PRIORITY_MANAGER,
        topic="deposit",
        essence="Спрашивала о ставке по вкладу на год; отправлены условия.",
        disposition="thinks",
    ),
    PastCall(
        key="demo-1.2",
        client="ivanova",
        agent="boris",
        ago=timedelta(days=1, hours=5),
        talked=timedelta(seconds=88),
        basis=Basis.PRIORITY_MANAGER,
        topic="card",
        essence="Новая карта готова, заберёт в отделении.",
        disposition="resolved",
    ),
    PastCall(
        key="demo-1.3",
        client="kuznetsova",
        agent="boris",
        ago=timedelta(days=3),
        talked=timedelta(seconds=205),
        basis=Basis.PRIORITY_MANAGER,
        topic="loan",
        essence="Просит график платежей по кредиту.",
        disposition="call_back",
    ),
    PastCall(
        key="demo-1.4",
        client="obrien",
        agent="clara",
        ago=timedelta(days=2, hours=1),
        talked=timedelta(seconds=61),
        basis=Basis.QUEUE_POOL,
        topic="payment",
        essence="A transfer abroad had not arrived; explained the dates.",
        disposition="informed",
    ),
    PastCall(
        key="demo-1.5",
        client="orion",
        agent="boris",
        ago=timedelta(hours=20),
        talked=timedelta(seconds=320),
        basis=Basis.PRIORITY_MANAGER,
    ),
)

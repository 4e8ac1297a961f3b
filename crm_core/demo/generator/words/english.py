"""English words: names with apostrophes and hyphens among them, firms, streets."""

from crm_core.demo.generator.words.lexicon import Lexicon, listed

ENGLISH = Lexicon(
    language="en",
    given={
        "m": listed(
            "James John Robert Michael William David Richard Thomas Charles Daniel Matthew"
            " Anthony Mark Steven Paul Andrew Joshua Kevin Brian George Edward Ronald Timothy"
            " Jason Jeffrey Ryan Jacob Gary Nicholas Eric Patrick Sean Liam Owen Callum"
            " Jean-Paul"
        ),
        "f": listed(
            "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa"
            " Nancy Margaret Sandra Ashley Emily Donna Michelle Carol Amanda Melissa Deborah"
            " Stephanie Rebecca Laura Helen Sharon Cynthia Kathleen Amy Siobhan Fiona Mary-Ann"
            " Chloé"
        ),
    },
    fathers={},
    families=listed(
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore"
        " Martin Jackson Thompson White Harris Clark Lewis Robinson Walker Young Allen King"
        " Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips"
        " Campbell Parker Evans Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Cooper"
        " Reed Bailey Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray Hughes"
        " Price Myers Long Foster Ross Powell Jenkins Perry Russell Sullivan Bell Coleman"
        " Butler Henderson Barnes Fisher O'Brien O'Connor O'Neill D'Angelo McDonald MacLeod"
        " Smith-Jones Fitz-Gerald Lloyd-Davies Taylor-Wood Zielinski Müller Núñez Ng Fox"
    ),
    endings=(),
    indeclinable=("",),
    firm_words=(
        listed(
            "Northern Southern Atlantic Pacific Summit River Granite Silver Golden Harbour"
            " Prairie Oakwood Maple Stone Bright Clear Highland Lakeside Union Pioneer Beacon"
        ),
        listed(
            "Trading Logistics Foods Textiles Steel Timber Systems Partners Holdings Supplies"
            " Freight Motors Bakery Printing Energy Farms Marine Tools Glass Paper"
        ),
    ),
    firm_pattern="{first} {second}",
    legal_patterns=("{name} LLC", "{name} Inc.", "{name} Ltd"),
    streets=listed("Main Oak Park Cedar Elm Church Mill High Station Victoria Bridge"),
    cities=("Boston", "Denver", "Portland", "Austin", "Albany", "Madison"),
    street_pattern="{house} {street} Street, Apt {flat}",
)

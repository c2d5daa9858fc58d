"""Genres and countries by one name each, whatever language and form a source writes them in. Pure tables, no state.

The names are those of Russian film catalogues, which is what most sources and viewers here use. A pair of names is
joined only where they mean the same in a catalogue's column: "Romance" is "мелодрама" there, a "romantic comedy" is
a genre of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kadr.text import collapse, normalise

__all__ = ["COUNTRIES", "COUNTRY_ADJECTIVES", "GENRES", "country", "country_en", "genre", "genre_en"]

# A line, or a part of it between semicolons, is one genre: the canonical Russian name, the English one, then others.
# Case, ё, accents and punctuation do not matter in them, because all are compared by `normalise`.
_GENRE_LINES = """
авангард, Avant-garde, авангардный, экспериментальный, экспериментальное кино, experimental
аниме, Anime, анимэ
антиутопия, Dystopia, антиутопии, dystopian
артхаус, Art house, арт-хаус, авторское кино, arthouse, art film
балет, Ballet, балеты
биография, Biography, биографии, биографический, биографические, байопик, biographical, biopic, biographic
боевик, Action, боевики, экшен, экшн, action film
боевые искусства, Martial arts, восточные единоборства, единоборства, кунг-фу, kung fu
вестерн, Western, вестерны, westerns
военный, War, военные, военное, военное кино, военный фильм, военные фильмы, war film, military
детектив, Mystery, детективы, детективный, детективные, detective
детский, Children, детские, для детей, детям, children's, kids
документальный, Documentary, документальные, документальное, документальное кино, документалистика, documentaries
дорама, Asian drama, дорамы, dorama
драма, Drama, драмы, драматический, dramas
для взрослых, Adult
игра, Game show, игры, телеигра, викторина, gameshow, quiz show
игровое кино, Live action
исторический, Historical, история, исторические, историческое, исторический фильм, history, historical film
катастрофа, Disaster, катастрофы, фильм-катастрофа, фильмы-катастрофы, disaster film
киберпанк, Cyberpunk
комедия, Comedy, комедии, комедийный, comedies
концерт, Concert, концерты, концертный, concert film
короткометражка, Short, короткометражки, короткометражный, короткометражные, короткий метр, short film, shorts
криминал, Crime, криминальный, криминальные, criminal
любительское кино, Amateur
мелодрама, Romance, мелодрамы, мелодраматический, романтический, романтические, романтика, romantic, melodrama
мистика, Supernatural, мистический, мистические, мистическое
молодёжный, Teen, молодежные, молодежное, подростковый, teenage, teen film
музыка, Music, музыкальный, музыкальные
мультфильм, Animation, мультфильмы, мультик, мультики, анимация, анимационный, анимационные, animated, cartoon
мыльная опера, Soap opera, soap
мюзикл, Musical, мюзиклы, musicals, musical film
найденная плёнка, Found footage
независимое кино, Independent, инди, инди-кино, indie, independent film
немое кино, Silent, немой, немой фильм, silent film
новости, News, новостной
нуар, Film noir, фильм-нуар, фильмы-нуар, noir
опера, Opera, оперы
пародия, Parody, пародии, spoof
познавательный, Educational, познавательные, образовательный, научно-популярный, popular science
политический, Political, политические, политика, politics
постапокалипсис, Post-apocalyptic, постапокалиптика, постапокалиптический, post-apocalypse
приключения, Adventure, приключение, приключенческий, приключенческие, adventures, adventure film
притча, Parable, притчи
психологический, Psychological, психологические, психология
путешествия, Travel, travelogue
реальное ТВ, Reality TV, реалити, реалити-шоу, reality, reality show
религиозный, Religious, религия, faith
романтическая комедия, Romantic comedy, романтические комедии, ромком, romcom, rom-com
роуд-муви, Road movie, дорожное кино, road film
сатира, Satire, сатирический, satirical
саспенс, Suspense
семейный, Family, семейные, семейное, семейное кино, для всей семьи
сказка, Fairy tale, сказки, сказочный, fairytale
слэшер, Slasher, слешер, слэшеры, slasher film
спектакль, Filmed theatre, спектакли, телеспектакль, фильм-спектакль, stage play
спорт, Sport, спортивный, спортивные, sports, sports film
стендап, Stand-up, стенд-ап, стендап-комедия, standup, stand-up comedy
судебный, Legal, судебная драма, юридический, legal drama, courtroom drama
супергеройский, Superhero, супергеройские, супергерои, супергероика, superheroes, superhero film
танцы, Dance, танец, танцевальный
тележурнал, TV magazine, тележурналы
телефильм, TV movie, телевизионный фильм, тв-фильм, television film
ток-шоу, Talk show, токшоу, talk
трагедия, Tragedy, трагедии
трагикомедия, Tragicomedy, трагикомедии, комедийная драма, драмеди, dramedy, comedy-drama
триллер, Thriller, триллеры, thrillers
ужасы, Horror, ужас, хоррор, ужастик, ужастики, фильм ужасов, фильмы ужасов, horror film
фантастика, Science fiction, фантастический, фантастические, научная фантастика, sci-fi, scifi, sf, fantastic
фэнтези, Fantasy, фентези, фэнтэзи, fantasy film
церемония, Awards ceremony, церемонии, награждение
чёрная комедия, Black comedy, чёрный юмор, dark comedy
шоу, Show, телешоу, развлекательное шоу, variety show
шпионский, Spy, шпионские, шпионы, шпионский фильм, spy film, espionage
эпик, Epic, эпос, эпический
эротика, Erotic, эротический, эротические, erotica
"""

_COUNTRY_LINES = """
Австралия, Australia; Австрия, Austria
Австро-Венгрия, Austria-Hungary, Австро-Венгерская империя, Austro-Hungarian Empire
Азербайджан, Azerbaijan; Албания, Albania; Алжир, Algeria; Ангола, Angola; Аргентина, Argentina; Армения, Armenia
Аруба, Aruba; Афганистан, Afghanistan
Багамы, Bahamas, Багамские острова, The Bahamas
Бангладеш, Bangladesh; Барбадос, Barbados; Бахрейн, Bahrain
Беларусь, Belarus, Белоруссия, Республика Беларусь, Byelorussia
Бельгия, Belgium; Бенин, Benin
Бермуды, Bermuda, Бермудские острова
Болгария, Bulgaria
Боливия, Bolivia, Bolivia Plurinational State of
Босния и Герцеговина, Bosnia and Herzegovina, Босния-Герцеговина, Босния, Bosnia, Bosnia Herzegovina
Ботсвана, Botswana
Бразилия, Brazil, Brasil
Буркина-Фасо, Burkina Faso; Бурунди, Burundi; Бутан, Bhutan
Великобритания, United Kingdom, Соединённое Королевство, Англия, UK, U.K., Great Britain, Britain, England, GB
Венгрия, Hungary
Венесуэла, Venezuela, Venezuela Bolivarian Republic of
Вьетнам, Vietnam, Viet Nam
Габон, Gabon; Гаити, Haiti; Гана, Ghana; Гватемала, Guatemala; Гвинея, Guinea
ГДР, East Germany, Восточная Германия, Германия (ГДР), GDR, German Democratic Republic
Германия, Germany, Deutschland
Гондурас, Honduras
Гонконг, Hong Kong, Hong Kong SAR China
Гренландия, Greenland; Греция, Greece; Грузия, Georgia; Дания, Denmark
Доминиканская Республика, Dominican Republic, Доминикана
ДР Конго, Democratic Republic of the Congo, Конго (ДРК), ДРК, Congo Democratic Republic, DR Congo, DRC
Египет, Egypt; Заир, Zaire; Замбия, Zambia; Зимбабве, Zimbabwe; Израиль, Israel; Индия, India; Индонезия, Indonesia
Иордания, Jordan; Ирак, Iraq
Иран, Iran, Исламская Республика Иран, Islamic Republic of Iran, Iran Islamic Republic of
Ирландия, Ireland, Republic of Ireland
Исландия, Iceland; Испания, Spain; Италия, Italy; Йемен, Yemen
Кабо-Верде, Cape Verde, Cabo Verde
Казахстан, Kazakhstan
Камбоджа, Cambodia, Kampuchea
Камерун, Cameroon; Канада, Canada; Катар, Qatar; Кения, Kenya; Кипр, Cyprus
Киргизия, Kyrgyzstan, Кыргызстан, Kirghizia
Китай, China, КНР, Китайская Народная Республика, People's Republic of China, PRC, Mainland China
Колумбия, Colombia
Конго, Congo, Республика Конго, Republic of the Congo
Косово, Kosovo; Коста-Рика, Costa Rica
Кот-д'Ивуар, Ivory Coast, Cote d'Ivoire
Куба, Cuba; Кувейт, Kuwait
Лаос, Laos, Lao People's Democratic Republic
Латвия, Latvia; Ливан, Lebanon
Ливия, Libya, Libyan Arab Jamahiriya
Литва, Lithuania; Лихтенштейн, Liechtenstein; Люксембург, Luxembourg; Маврикий, Mauritius; Мавритания, Mauritania
Мадагаскар, Madagascar
Макао, Macau, Macao, Macao SAR China
Малави, Malawi; Малайзия, Malaysia; Мали, Mali; Мальта, Malta; Марокко, Morocco; Мексика, Mexico; Мозамбик, Mozambique
Молдова, Moldova, Молдавия, Республика Молдова, Republic of Moldova
Монако, Monaco; Монголия, Mongolia
Мьянма, Myanmar, Бирма, Burma
Намибия, Namibia; Непал, Nepal; Нигер, Niger; Нигерия, Nigeria
Нидерланды, Netherlands, Голландия, The Netherlands, Holland
Никарагуа, Nicaragua; Новая Зеландия, New Zealand; Норвегия, Norway
ОАЭ, United Arab Emirates, Объединённые Арабские Эмираты, UAE
Пакистан, Pakistan
Палестина, Palestine, Palestinian Territory, Palestinian Territories, Occupied Palestinian Territory, State of Palestine
Панама, Panama; Папуа - Новая Гвинея, Papua New Guinea; Парагвай, Paraguay; Перу, Peru; Польша, Poland
Португалия, Portugal; Пуэрто-Рико, Puerto Rico; Российская империя, Russian Empire
Россия, Russia, Российская Федерация, РФ, Russian Federation
Руанда, Rwanda; Румыния, Romania
Сальвадор, El Salvador, Эль-Сальвадор
Саудовская Аравия, Saudi Arabia
Северная Корея, North Korea, КНДР, Корея Северная, DPRK, Democratic People's Republic of Korea
Северная Македония, North Macedonia, Македония, Macedonia, Republic of North Macedonia
Сенегал, Senegal; Сербия, Serbia; Сербия и Черногория, Serbia and Montenegro; Сингапур, Singapore
Сирия, Syria, Syrian Arab Republic
Словакия, Slovakia, Slovak Republic
Словения, Slovenia; Сомали, Somalia
СССР, Soviet Union, Советский Союз, USSR, U.S.S.R.
Судан, Sudan
США, United States, Соединённые Штаты, Соединённые Штаты Америки, United States of America, USA, U.S.A., US, U.S.
Таджикистан, Tajikistan
Таиланд, Thailand, Тайланд
Тайвань, Taiwan, Taiwan Province of China
Танзания, Tanzania, United Republic of Tanzania
Того, Togo; Тринидад и Тобаго, Trinidad and Tobago; Тунис, Tunisia
Туркменистан, Turkmenistan, Туркмения
Турция, Turkey, Türkiye
Уганда, Uganda; Узбекистан, Uzbekistan; Украина, Ukraine; Уругвай, Uruguay
Фарерские острова, Faroe Islands, Фареры
Фиджи, Fiji
Филиппины, Philippines, The Philippines
Финляндия, Finland; Франция, France
ФРГ, West Germany, Западная Германия, Германия (ФРГ), FRG
Хорватия, Croatia; Чад, Chad; Черногория, Montenegro
Чехия, Czech Republic, Чешская Республика, Czechia
Чехословакия, Czechoslovakia, ЧССР
Чили, Chile; Швейцария, Switzerland; Швеция, Sweden
Шри-Ланка, Sri Lanka, Цейлон, Ceylon
Эквадор, Ecuador; Эстония, Estonia; Эфиопия, Ethiopia
ЮАР, South Africa, Южная Африка, Южно-Африканская Республика, Republic of South Africa
Югославия, Yugoslavia, Югославия (ФР), СФРЮ, Federal Republic of Yugoslavia
Южная Корея, South Korea, Республика Корея, Корея Южная, Republic of Korea, Korea Republic of
Ямайка, Jamaica; Япония, Japan
"""


# Canonical countries between slashes: the adjectives of their films, in the masculine nominative.
_ADJECTIVE_LINES = """
Австралия: австралийский, Australian
Австрия: австрийский, Austrian
Аргентина: аргентинский, Argentine, Argentinian
Армения: армянский, Armenian
Азербайджан: азербайджанский, Azerbaijani
Беларусь: белорусский, беларуский, Belarusian
Бельгия: бельгийский, Belgian
Болгария: болгарский, Bulgarian
Бразилия: бразильский, Brazilian
Великобритания: британский, английский, British, English
Венгрия: венгерский, Hungarian
Вьетнам: вьетнамский, Vietnamese
Германия/ГДР/ФРГ: немецкий, германский, German
Гонконг: гонконгский
Греция: греческий, Greek
Грузия: грузинский, Georgian
Дания: датский, Danish
Египет: египетский, Egyptian
Израиль: израильский, Israeli
Индия: индийский, болливудский, Indian, Bollywood
Индонезия: индонезийский, Indonesian
Иран: иранский, Iranian, Persian
Ирландия: ирландский, Irish
Исландия: исландский, Icelandic
Испания: испанский, Spanish
Италия: итальянский, Italian
Казахстан: казахский, казахстанский, Kazakh
Канада: канадский, Canadian
Киргизия: киргизский, Kyrgyz
Китай: китайский, Chinese
Колумбия: колумбийский, Colombian
Куба: кубинский, Cuban
Латвия: латвийский, латышский, Latvian
Литва: литовский, Lithuanian
Мексика: мексиканский, Mexican
Молдова: молдавский, Moldovan
Нидерланды: голландский, нидерландский, Dutch
Новая Зеландия: новозеландский, New Zealand
Норвегия: норвежский, Norwegian
Польша: польский, Polish
Португалия: португальский, Portuguese
Россия: российский
Россия/СССР: русский, отечественный, Russian
Румыния: румынский, Romanian
Сербия: сербский, Serbian
СССР: советский, Soviet
США: американский, голливудский, American, Hollywood
Таиланд: тайский, таиландский, Thai
Тайвань: тайваньский, Taiwanese
Турция: турецкий, Turkish
Узбекистан: узбекский, Uzbek
Украина: украинский, Ukrainian
Филиппины: филиппинский, Filipino
Финляндия: финский, Finnish
Франция: французский, French
Хорватия: хорватский, Croatian
Чехия/Чехословакия: чешский, чехословацкий, Czech
Чили: чилийский, Chilean
Швейцария: швейцарский, Swiss
Швеция: шведский, Swedish
Эстония: эстонский, Estonian
ЮАР: южноафриканский, South African
Югославия: югославский, Yugoslav, Yugoslavian
Южная Корея: корейский, южнокорейский, Korean, South Korean
Япония: японский, Japanese
"""


def _rows(lines: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row.split(", ")) for row in lines.strip().replace("; ", "\n").splitlines())


def _known(rows: tuple[tuple[str, ...], ...]) -> Mapping[str, str]:
    return {normalise(name): row[0] for row in rows for name in row}


_GENRE_ROWS, _COUNTRY_ROWS = _rows(_GENRE_LINES), _rows(_COUNTRY_LINES)
_GENRE_OF, _COUNTRY_OF = _known(_GENRE_ROWS), _known(_COUNTRY_ROWS)

GENRES: Mapping[str, str] = MappingProxyType({row[0]: row[1] for row in _GENRE_ROWS})
"""Canonical genre -> its English name."""
COUNTRIES: Mapping[str, str] = MappingProxyType({row[0]: row[1] for row in _COUNTRY_ROWS})
"""Canonical country, past ones included -> its English name."""

COUNTRY_ADJECTIVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        normalise(adjective): tuple(names.split("/"))
        for names, _, adjectives in (line.partition(": ") for line in _ADJECTIVE_LINES.strip().splitlines())
        for adjective in adjectives.split(", ")
    }
)
"""A normalised adjective -> the canonical countries any of which it means: "русский" is said of Soviet films, too."""


def genre(name: str) -> str:
    """Return the canonical Russian name of a genre; one that is not known in lower case, with single spaces."""
    return _GENRE_OF.get(normalise(name)) or collapse(name).lower()


def country(name: str) -> str:
    """Return the canonical Russian name of a country; one that is not known as it is, with single spaces.

    This is for values of a column. In running text "us" and "Georgia" may be something else.
    """
    return _COUNTRY_OF.get(normalise(name)) or collapse(name)


def genre_en(canonical: str) -> str:
    """Return the English name of a canonical genre; one that is not known comes back as it is."""
    return GENRES.get(canonical, canonical)


def country_en(canonical: str) -> str:
    """Return the English name of a canonical country; one that is not known comes back as it is."""
    return COUNTRIES.get(canonical, canonical)

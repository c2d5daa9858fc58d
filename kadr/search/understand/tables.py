"""The words that may be a wish, to be edited: a line is "what is meant: phrases".

Phrases of genres, moods and kinds are matched in any case form; ages, ratings, languages and function words as they
stand. `lexicon` reads the tables.
"""

__all__ = [
    "ADJECTIVES",
    "AGES",
    "ALONE",
    "DULL",
    "GOOD",
    "GRAPHIC",
    "KINDS",
    "LANGUAGES",
    "LONG",
    "MOODS",
    "MOOD_ASKS",
    "MOOD_GENRES",
    "NAMES_OF_THINGS",
    "NEW",
    "NOUNS",
    "NO_THING",
    "OLD",
    "OTHER_COUNTRIES",
    "PLACES",
    "PLAIN",
    "RATINGS",
    "REGIONS",
    "SHORT",
    "SPARED",
    "STRONG",
    "UNLIKELY",
    "WEAK",
    "WORLDS",
]

# Canonical genres joined by + are all asked for. Then the phrases, each matched in any case form.
STRONG = """
комедия: комедия, комедийный фильм, comedy movie, comedy film
боевик: боевик, экшен, экшн, action movie, action film
триллер: триллер
мелодрама: мелодрама, love story
ужасы: ужастик, хоррор, хорор, страшилка, фильм ужасов, кино ужасов, horror movie, horror film
фантастика: фантастика, научная фантастика, кинофантастика, science fiction, sci fi, scifi
фэнтези: фэнтези, фентези
мультфильм: мультфильм, мультик, мульт, мультяшка, мультсериал, анимация, cartoons
аниме: аниме, анимэ
вестерн: вестерн
мюзикл: мюзикл
документальный: документалка, документалистика, документальный фильм, документальное кино, documentary
короткометражка: короткометражка, короткий метр, short film, short movie, shorts
антиутопия: антиутопия
киберпанк: киберпанк
слэшер: слэшер, слешер
нуар: нуар, фильм нуар, film noir
биография: байопик, биографический фильм, biopic
артхаус: артхаус, авторское кино, arthouse
дорама: дорама
романтическая комедия: романтическая комедия, ромком, romantic comedy, romcom, rom com
трагикомедия: трагикомедия, dramedy
чёрная комедия: черная комедия, dark comedy, black comedy
военный: военный фильм, военное кино, war movie, war film
катастрофа: фильм катастрофа, disaster movie, disaster film
боевые искусства: боевые искусства, martial arts
роуд-муви: роуд муви, роад муви, road movie
стендап: стендап
постапокалипсис: постапокалипсис, постапокалиптика
драма: кинодрама
исторический: исторический фильм
"""
WEAK = """
драма: драма, drama
детектив: детектив, mystery
сказка: сказка
ужасы: ужасы, horror
криминал: криминал, crime
пародия: пародия, parody, spoof
притча: притча
мистика: мистика
сатира: сатира, satire
комедия: comedy
боевик: action
триллер: thriller
мелодрама: romance
фантастика: science fiction
фэнтези: fantasy
мультфильм: animation, cartoon
вестерн: western
мюзикл: musical
нуар: noir
слэшер: slasher
"""
ADJECTIVES = """
комедия: комедийный, юмористический
боевик: экшен
драма: драматический, dramatic
мелодрама: мелодраматический, романтический, romantic
криминал: криминальный, гангстерский
военный: военный, war
исторический: исторический, костюмный, historical
приключения: приключенческий, приключения, adventure
фантастика: фантастический
мистика: мистический, supernatural
детектив: детективный, detective
семейный: семейный, family
детский: детский, children s, kids
документальный: документальный
мультфильм: анимационный, мультипликационный, рисованный, animated
биография: биографический, biographical
спорт: спортивный, sports
музыка: музыкальный
шпионский: шпионский, spy
супергеройский: супергеройский, superhero
психологический: психологический, psychological
немое кино: немой, silent
молодёжный: подростковый, молодежный, teen
постапокалипсис: постапокалиптический, post apocalyptic
короткометражка: короткометражный, short
эротика: эротический, erotic
"""
ALONE = """
семейный: можно с детьми, можно смотреть с детьми, можно посмотреть с детьми
семейный: для всей семьи, для семейного просмотра, for the whole family, family movie night, for family movie night
"""

MOODS = """
грустный: грустный, погрустнее, печальный, трогательный, слезливый, душещипательный, sad, sadder, touching
грустный: heartbreaking, tearjerker
добрый: вдохновляющий, жизнеутверждающий, inspiring, life affirming
добрый: добрый, подобрее, душевный, теплый, светлый, feel good, feelgood, heartwarming, wholesome, uplifting
мрачный: мрачный, помрачнее, темный, тяжелый, депрессивный, dark, darker, gloomy, gloomier, bleak, grim
смешной: смешной, посмешнее, веселый, повеселее, угарный, ржачный, прикольный, funny, funnier, hilarious
страшный: страшный, страшненький, пострашнее, жуткий, пугающий, scary, scarier, creepy, creepier, terrifying
страшный: страшная сцена, страшный момент, scary scene, scary scenes, scary part, scary parts, scary moments
легкий: легкий, легче, полегче, ненапряжный, незамысловатый, light, lighter, lighthearted
атмосферный: атмосферный, atmospheric
напряжённый: напряженный, динамичный, захватывающий, tense, gripping
умный: умный, заумный, мозговыносящий, mind bending, mindfuck, mind blowing
"""
MOOD_ASKS = """
грустный: поплакать, плакать, порыдать, погрустить, чтобы плакать, чтоб плакать, want to cry, wanna cry, need to cry
грустный: good cry, make me cry, makes me cry, make you cry, makes you cry, that make you cry, that makes you cry
смешной: посмеяться, смеяться, похохотать, поржать, поугарать, чтобы смеяться
смешной: want to laugh, wanna laugh, need to laugh, need a laugh
смешной: need a good laugh, make me laugh, makes me laugh, to cheer me up, cheer me up
добрый: поднимите настроение, поднять настроение, настроение поднять, для настроения
добрый: для поднятия настроения, для хорошего настроения
легкий: отдохнуть, расслабиться, отдохнуть душой, чтобы расслабиться, to relax
страшный: испугаться, пощекотать нервы, чтобы было страшно, чтоб было страшно
умный: подумать, чтобы подумать, поразмышлять, что заставляет думать, заставляющий задуматься, makes you think
умный: that makes you think, that make you think
"""
"""Moods by what one wants to do, matched as they stand: «хочу посмеяться»."""
MOOD_GENRES = """
грустный: драма, мелодрама, трагедия
добрый: семейный, комедия, сказка, мультфильм, мелодрама
мрачный: триллер, нуар, ужасы, криминал, антиутопия
смешной: комедия, пародия, чёрная комедия, романтическая комедия
страшный: ужасы, слэшер, мистика
легкий: комедия, мелодрама, романтическая комедия, приключения, семейный
атмосферный: нуар, мистика, артхаус, детектив, триллер
напряжённый: триллер, боевик, саспенс, детектив
умный: фантастика, драма, детектив, психологический
"""

OTHER_COUNTRIES = """
Россия/СССР: наш, наше, наша, наши, нашего, наших, нашу
-Россия/СССР: зарубежный, зарубежная, зарубежное, зарубежные, зарубежного, зарубежных, зарубежную, иностранный
-Россия/СССР: иностранная, иностранное, иностранные, иностранного, иностранных, иностранную, импортный, foreign
"""
REGIONS = """
Азия|Asia|Япония/Южная Корея/Китай/Гонконг/Тайвань/Таиланд/Индонезия/Вьетнам/Малайзия/Филиппины: азиатский, asian
Скандинавия|Scandinavia|Швеция/Норвегия/Дания/Финляндия/Исландия: скандинавский, scandinavian, nordic
Европа|Europe|Великобритания/Франция/Германия/ФРГ/ГДР/Италия/Испания/Португалия/Нидерланды/Бельгия/Швейцария/Австрия/\
Швеция/Норвегия/Дания/Финляндия/Исландия/Ирландия/Польша/Чехия/Чехословакия/Венгрия/Румыния/Греция/Югославия/Сербия/\
Хорватия/Болгария: европейский, european
Латинская Америка|Latin America|Мексика/Аргентина/Бразилия/Чили/Колумбия/Куба/Перу/Уругвай/Венесуэла: \
латиноамериканский, latin american
"""
"""Parts of the world, in Russian and English, with the countries that they mean: a film of any of them."""
PLACES = """
США: usa, америка, штаты
Азия: азия, asia
Европа: европа, europe
Скандинавия: скандинавия, scandinavia
Великобритания: uk, англия, britain, england
Южная Корея: корея, korea
СССР: советский союз, ussr
"""
LANGUAGES = """
английский|США/Великобритания/Канада/Австралия/Ирландия/Новая Зеландия: на английском, на английском языке, in english
русский|Россия/СССР/Беларусь: на русском языке, in russian
французский|Франция/Бельгия/Канада/Швейцария: на французском, на французском языке, in french
немецкий|Германия/Австрия/Швейцария/ГДР/ФРГ: на немецком, на немецком языке, in german
испанский|Испания/Мексика/Аргентина/Колумбия/Чили: на испанском, на испанском языке, in spanish
итальянский|Италия: на итальянском, на итальянском языке, in italian
японский|Япония: на японском, на японском языке, in japanese
корейский|Южная Корея: на корейском, на корейском языке, in korean
китайский|Китай/Гонконг/Тайвань: на китайском, на китайском языке, in chinese
"""

KINDS = """
series: сериал, мини сериал, мини сериалы, минисериал, сериальчик, многосерийный фильм, series, tv series, tv show
series: miniseries
film: полнометражный фильм, полный метр, feature film
"""
NOUNS = "фильм, кино, кинофильм, киношка, фильмец, картина, кинокартина, лента, movie, film, flick, motion picture"
RATINGS = """
7: с высоким рейтингом, высокий рейтинг, с хорошим рейтингом, с высокой оценкой, с хорошими оценками, высоко оцененный
7: highly rated, high rated, top rated, well rated, high rating, with high rating, with a high rating
"""
GOOD = "хороший, лучший, отличный, классный, крутой, годный, достойный, топовый, good, best, great, top, excellent"
OLD = "старый, старинный, старье, постарше, old, older, oldest, vintage, classic"
NEW = """
новый, новинка, свежий, посвежее, недавний, современный, поновее, последних лет, recent years, new, newer, newest,
latest, recent, modern
"""
SHORT = "короткий, покороче, недлинный, shorter"
LONG = "длинный, подлиннее, long, longer"
PLAIN = """
черно белый, цветной, культовый, известный, малоизвестный, необычный, странный, качественный,
красивый, нашумевший, оскароносный, black and white, cult, famous, underrated, weird, beautiful
"""
AGES = """
-13: pg 13
17-: r rated, rated r
-6: для детей, для малышей, для маленьких, для самых маленьких, for kids, for children, for toddlers
-6: для детей и взрослых, для ребенка, kid friendly
18-: для взрослых, только для взрослых, for adults, adults only
-16: для подростков, for teens, for teenagers
"""

SPARED = """
зомби насилия жестокости крови кровищи расчлененки мата секса эротики обнаженки пошлости призраков привидений вампиров
оборотней монстров чудовищ инопланетян пришельцев роботов магии волшебства мистики супергероев скримеров политики
религии пыток убийств
zombies zombie violence gore blood nudity sex swearing profanity ghosts vampires werewolves monsters aliens robots magic
superheroes jumpscares politics religion torture murder murders killing killings
"""
"""What people ask to be spared, as it stands behind "без" and "without"."""
GRAPHIC = """
насилия жестокости крови кровищи расчлененки мата секса эротики обнаженки пошлости скримеров пыток
violence gore blood nudity sex swearing profanity jumpscares torture
"""
"""Those of them that are said of how a film is made, and hardly of its plot."""
DULL = """
тупой глупый дурацкий скучный нудный занудный пошлый банальный предсказуемый затянутый унылый примитивный
кровавый жестокий
stupid dumb boring silly cheesy slow predictable lame gory bloody violent graphic
"""
"""What people do not want a film to be, in any case form: «не тупая комедия»."""
NO_THING = """
него нее них меня тебя себя нас вас всего всех этого того конца сомнения сомнений следа
him her them me you us it one other idea doubt end return way
"""
"""Words behind a denial that name nothing in a film, or are said of its course: "без конца", "but no one"."""
WORLDS = "мир мире миром город жизнь день земля world town life day earth"
"""What a plot is set in, often without one thing: "a world without magic"."""


NAMES_OF_THINGS = """
рождество пасха хэллоуин дисней марвел пиксар нетфликс
christmas xmas easter halloween thanksgiving disney marvel pixar netflix
"""
"""Words that are written with a capital and are rather a feast or a studio than somebody's surname."""
UNLIKELY = frozenset(["Того", "Чад", "Мали", "Иордания", "Грузия"])
"""Countries whose names are rather something else in a query: того, Jordan, Georgia."""

"""The words that may be a wish, and those that only surround one, to be edited: a line is "what is meant: phrases".

Phrases of genres, moods and kinds are matched in any case form; ages, ratings, languages and function words as they
stand. `lexicon` reads the tables.
"""

__all__ = [
    "ABOUTS",
    "ADJECTIVES",
    "AGES",
    "ALONE",
    "ASKS",
    "FILLERS",
    "GOOD",
    "GRAPHIC",
    "HEDGES",
    "JOINS",
    "KINDS",
    "LANGUAGES",
    "MOODS",
    "MOOD_GENRES",
    "NEW",
    "NOTHING",
    "NOTS",
    "NOUNS",
    "NO_THING",
    "OLD",
    "OTHER_COUNTRIES",
    "PLACES",
    "PLAIN",
    "POPULAR",
    "PREPOSITIONS",
    "RATINGS",
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
ужасы: ужастик, хоррор, фильм ужасов, кино ужасов, horror movie, horror film
фантастика: фантастика, научная фантастика, кинофантастика, science fiction, sci fi, scifi
фэнтези: фэнтези, фентези
мультфильм: мультфильм, мультик, мульт, мультяшка, анимация, cartoons
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
комедия: комедийный
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
семейный: для всей семьи, для семейного просмотра, посмотреть с детьми, посмотреть с ребенком, посмотреть всей семьей
семейный: посмотреть с семьей, for the whole family, to watch with kids, to watch with the kids, to watch with my kids
семейный: to watch with children, to watch with family, to watch with the family
"""

MOODS = """
грустный: грустный, погрустнее, печальный, трогательный, слезливый, душещипательный, sad, sadder, touching
грустный: heartbreaking, tearjerker
добрый: вдохновляющий, жизнеутверждающий, inspiring, life affirming
добрый: добрый, подобрее, душевный, теплый, светлый, feel good, feelgood, heartwarming, wholesome, uplifting
мрачный: мрачный, помрачнее, темный, тяжелый, депрессивный, dark, darker, gloomy, gloomier, bleak, grim
смешной: смешной, посмешнее, веселый, повеселее, угарный, ржачный, funny, funnier, hilarious
страшный: страшный, пострашнее, жуткий, пугающий, scary, scarier, creepy, creepier, terrifying
страшный: страшная сцена, страшный момент, scary scene, scary scenes, scary part, scary parts, scary moments
легкий: легкий, легче, полегче, ненапряжный, light, lighter, lighthearted
атмосферный: атмосферный, atmospheric
напряжённый: напряженный, динамичный, захватывающий, tense, gripping
умный: умный, заумный, mind bending
"""
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
PLACES = """
США: usa, америка, штаты
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
series: сериал, мини сериал, минисериал, сериальчик, многосерийный фильм, series, tv series, tv show, miniseries
film: полнометражный фильм, полный метр, feature film
"""
NOUNS = "фильм, кино, кинофильм, киношка, фильмец, картина, кинокартина, лента, movie, film, flick, motion picture"
RATINGS = """
7: с высоким рейтингом, высокий рейтинг, с хорошим рейтингом, с высокой оценкой, с хорошими оценками, высоко оцененный
7: highly rated, high rated, top rated, well rated, high rating, with high rating, with a high rating
"""
GOOD = "хороший, лучший, отличный, классный, крутой, годный, достойный, топовый, good, best, great, top, excellent"
POPULAR = """
популярный, популярнейший, самый популярный, интересный, увлекательный, popular, most popular, trending, interesting
"""
"""What is asked for where nothing is: the best known films come first by themselves."""
OLD = "старый, старинный, old, vintage, classic"
NEW = "новый, новинка, свежий, недавний, современный, new, recent, modern"
SHORT = "короткий, недлинный"
PLAIN = """
черно белый, цветной, культовый, известный, малоизвестный, необычный, странный, качественный,
красивый, нашумевший, оскароносный, black and white, cult, famous, underrated, weird, beautiful
"""
AGES = """
-13: pg 13
17-: r rated
-6: для детей, для малышей, для маленьких, for kids, for children, for toddlers
-6: для детей и взрослых, для ребенка, kid friendly
18-: для взрослых, только для взрослых, for adults, adults only
-16: для подростков, for teens, for teenagers
"""

FILLERS = """
ничего кроме, nothing but, nothing except, я хочу, я ищу, я бы хотел, я бы хотела, мы хотим, хотим, хочу, хочется,
хотел бы, хотела бы, хотелось бы, глянуть, посмотрел бы, что нибудь, чего нибудь, что то, чего то, какой нибудь,
какую нибудь, какое нибудь, какие нибудь, каких нибудь, какой то, какую то, какое то, какая то, какие то, дай, дайте,
найди, найдите, найти, ищу, ищем, покажи, покажите, включи, помню, нужен, нужна, нужно, нужны, можно, онлайн,
бесплатно, скачать, пожалуйста, самый, самые, самая, самое, очень, просто, что, это, этот, был, была, было, были,
на вечер, на один вечер, на выходные, на ночь, вечером, сегодня, список, подборка, топ, а, вот, ну, снятый, снят,
снята, снято, вышедший, вышел, вышла, который вышел, снятый в, снятые в, снятая в, снятое в, снят в, снята в, сняты в,
снято в, вышедший в, вышедшие в, вышедшая в, вышел в, вышла в, вышли в, вышло в, который вышел в, released in, made in,
filmed in, shot in, for the evening, for this evening, for the weekend, на вечерок, вечерком, в главной роли,
в хорошем качестве, hd, i, want, to, see, show, find, me, give, looking, looking for, for, please, some, any, a, an,
the, something, anything, online, free, what, was, were, is, it, it s, its, that, remember, tonight, list, list of,
one of, some of, kind of, made, released, filmed, really, very, s, produced, производства, произведенный, all, one,
ones, picture, для просмотра, слишком, особо, совсем, такой, такое, too, so, rated, всех времен, всех времен и народов,
в истории кино, в истории кинематографа, of all time, of all times, ever, ever made, в каком фильме, в каких фильмах,
кто угодно, что угодно
"""
ASKS = """
посмотреть, смотреть, посоветуй, посоветуйте, порекомендуй, порекомендуйте, подскажи, подскажите, подбери,
посмотреть с девушкой, посмотреть с парнем, посмотреть с мужем, посмотреть с женой, посмотреть с подругой,
посмотреть с другом, посмотреть с друзьями, посмотреть вдвоем, watch, recommend, recommend me, suggest,
to watch with friends, to watch with my girlfriend, to watch with my boyfriend, to watch with my wife,
to watch with my husband
"""
"""Fillers that ask for a film: where nothing else is said, any film is meant, and not one that has these words."""
HEDGES = """
кажется, вроде, вроде бы, наверное, наверно, по моему, помоему, возможно, может, может быть, вероятно, похоже, примерно,
где то, приблизительно, около, скорее всего, если не ошибаюсь, как будто, вроде как, типа, maybe, probably, perhaps,
possibly, i think, i guess, i believe, might be, could be, around, circa, approximately, not sure, roughly
"""
NOTS = """
не, без, кроме, исключая, любой кроме, только не, я не люблю, я не хочу, я ненавижу, мне не нравятся,
мне не нравится, не люблю, не хочу, терпеть не могу, ненавижу, никаких, никакой,
никакого, ничего, не хочу ничего, nothing, no, with no, not, without, except, excluding, but not, non, anything but,
anything except, no more, i hate, hate,
isn t, isn t a, isnt, isnt a, don t want, dont want, i don t want, i dont want, don t like, dont like,
i don t like, i dont like
"""
NOTHING = frozenset(["ничего", "nothing"])
"""Those of them that deny what a film is like («ничего страшного»), and else tell of a plot: "nothing happens"."""
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
NO_THING = """
него нее них меня тебя себя нас вас всего всех этого того конца сомнения сомнений следа
him her them me you us it one other idea doubt end return way
"""
"""Words behind a denial that name nothing in a film, or are said of its course: "без конца", "but no one"."""
WORLDS = "мир мире миром город жизнь день земля world town life day earth"
"""What a plot is set in, often without one thing: "a world without magic"."""
JOINS = "и, или, но, да, только, лишь, либо, также, еще, плюс, and, or, but, only, also, plus"
ABOUTS = """
про, о, об, обо, где, который, которая, которое, которые, которых, которого, которой, в котором, в которой, в которых,
когда, чтобы, там, на тему, о том, про то, с сюжетом, about, where, which, who, whose, when, set in, set on, based on
"""
PREPOSITIONS = """
в, во, на, с, со, из, за, у, к, по, под, над, от, до, для, через, между, перед, при, in, on, at, with, from, into, onto,
under, over, by, through, near, inside, during, against, between, of
"""


UNLIKELY = frozenset(["Того", "Чад", "Мали", "Иордания", "Грузия"])
"""Countries whose names are rather something else in a query: того, Jordan, Georgia."""

"""The words that only surround a wish, to be edited: phrases parted by commas, matched as they stand.

`lexicon` reads them.
"""

__all__ = [
    "ABOUTS",
    "ASKS",
    "COMPANY",
    "FAMILY",
    "FILLERS",
    "HEDGES",
    "JOINS",
    "NOTHING",
    "NOTS",
    "POPULAR",
    "PREPOSITIONS",
    "WATCHING",
]

FILLERS = """
ничего кроме, nothing but, nothing except, я хочу, я ищу, я бы хотел, я бы хотела, мы хотим, хотим, хочу, хочется, хотел
бы, хотела бы, хотелось бы, глянуть, посмотрел бы, чего нибудь, что то, чего то, какой нибудь, какую нибудь, какое
нибудь, какие нибудь, каких нибудь, какой то, какую то, какое то, какая то, какие то, дай, дайте, найди, найдите, найти,
ищу, ищем, покажи, покажите, включи, помню, нужен, нужна, нужно, нужны, можно, онлайн, бесплатно, пожалуйста, самый,
самые, самая, самое, очень, просто, что, это, этот, был, была, было, были, на вечер, на один вечер, на выходные, на
ночь, вечером, сегодня, список, подборка, а, вот, ну, снятый, снятые, снят, снята, снято, вышедший, вышел, вышла,
который вышел, снятый в, снятые в, снятая в, снятое в, снят в, снята в, сняты в, снято в, вышедший в, вышедшие в,
вышедшая в, вышел в, вышла в, вышли в, вышло в, который вышел в, released in, made in, filmed in, shot in, for the
evening, for this evening, for the weekend, на вечерок, вечерком, в главной роли, в хорошем качестве, hd, i, want, to,
see, show, find, me, give, looking, looking for, for, please, some, any, a, an, the, something, online, free, what, was,
were, is, it, it s, its, that, remember, tonight, list, list of, one of, some of, kind of, made, released, filmed,
really, very, s, produced, производства, произведенный, all, one, ones, picture, для просмотра, слишком, особо, совсем,
такой, такое, too, so, rated, всех времен, всех времен и народов, в истории кино, в истории кинематографа, of all time,
of all times, ever, ever made, в каком фильме, в каких фильмах, кто угодно, что угодно, любой, любая, любое, любые, все,
всё, есть, есть ли, чтонибудь, чтото, чегонибудь, чего нить, что нить, че нить, чо нить, че, чо, чет, чето, че то, че
нибудь, чо нибудь, ченибудь, ченить, что либо, какойнибудь, какойто, какаято, какоето, какой нить, какую нить, какое
нить, какие нить, какой либо, плиз, пж, пжлст, пжл, хз, короче, привет, всем привет, здравствуйте, ребят, мне, нам, у
вас, у вас есть, давай, давайте, поставь, го, годнота, помню что, помню только, смотрел, смотрела, смотрели, видел,
видела, в детстве, смотрел в детстве, смотрела в детстве, давно, когда то, по телеку, по телевизору, по тв, на выходных,
на выхах, лет десять назад, whats, what s, hey, hi, hello, can anyone, can you, could you, need, wanna, want to see, i
m, im, i am, i ve, just, everything, in the mood for, in the mood for a, in the mood for something, in the mood for
some, i saw, saw, watched, i watched, i remember, i remember watching, as a kid, when i was a kid, on tv, years ago, a
long time ago, long ago, okay, ok, um, uh, well, thats, that s, that is, are, in it, in them, ему, ей, всем
"""

ASKS = """
посмотреть, посмотрим, смотреть, смотреть онлайн, посоветуй, посоветуйте, порекомендуй, порекомендуйте, подскажи,
подскажите, подбери, где посмотреть, где смотреть, где скачать, скачать, торрент, все серии, все серии подряд, все
сезоны, все части, все части подряд, полностью, залипнуть, случайный, рандом, топ, рандомный, премьеры, что сейчас
смотрят, что все смотрят, watch, recommend, recommend me, suggest, torrent, download, помогите, помогите найти, помогите
вспомнить, не помню название, не помню как называется, не знаю название, название, как называется, как назывался, help
me find, called, what is it called, what is the name of, name of, what should i watch, what to watch, where can i watch,
where to watch, full movie, all episodes, movie night, date night, date night movie, random, random movie, anything,
whatever, surprise me, idk, хоть что, все равно что, что нибудь, понравилось, понравится
"""
"""Fillers that ask for a film: where nothing else is said, any film is meant, and not one that has these words."""

WATCHING = """
посмотреть, смотреть, глянуть, посмотреть вечером, посмотреть сегодня, посмотреть на выходных, посмотреть на вечер, на
вечер, на сегодня, на завтра, вечером, watch, to watch, to see, watching
"""
COMPANY = """
с девушкой, с парнем, с мужем, с женой, с подругой, с подругами, с подружками, с другом, с друзьями, с мамой, с папой, с
родителями, с бабушкой, вдвоем, вместе, одному, одной, под пиво, с пивом, под пиво с друзьями, with friends, with my
friends, with a friend, with my girlfriend, with my boyfriend, with my wife, with my husband, with my mom, with my dad,
with my parents, alone
"""
"""With whom a film is watched, behind `WATCHING`: it asks for nothing, either."""
FAMILY = """
всей семьей, с семьей, семьей, с детьми, с ребенком, с дочкой, с дочерью, с сыном, с внуками, with kids, with the kids,
with my kids, with children, with my children, with family, with the family, with my family, with my daughter, with my
son
"""
"""The same, where it asks for a family's film."""

POPULAR = """
популярный, популярнейший, самый популярный, интересный, увлекательный, нормальный, норм, popular, most popular,
trending, interesting
"""
"""What is asked for where nothing is: the best known films come first by themselves."""

HEDGES = """
кажется, вроде, вроде бы, наверное, наверно, по моему, помоему, возможно, может, может быть, вероятно, похоже, примерно,
где то, приблизительно, около, из примерно, скорее всего, если не ошибаюсь, как будто, вроде как, типа, maybe, probably,
perhaps, possibly, i think, i guess, i believe, might be, could be, around, circa, approximately, not sure, roughly,
from around, from about, from circa, from roughly
"""

NOTS = """
не, без, кроме, исключая, любой кроме, только не, я не люблю, я не хочу, я ненавижу, мне не нравятся, мне не нравится,
не люблю, не хочу, терпеть не могу, ненавижу, никаких, никакой, никакого, ничего, не хочу ничего, nothing, no, with no,
not, without, except, excluding, but not, non, anything but, anything except, no more, i hate, hate, isn t, isn t a,
isnt, isnt a, aren t, arent, nothing too, don t want, dont want, i don t want, i dont want, don t like, dont like, i don
t like, i dont like, less, менее
"""

NOTHING = frozenset(["ничего", "nothing"])
"""Those of them that deny what a film is like («ничего страшного»), and else tell of a plot: "nothing happens"."""

JOINS = "и, или, но, да, только, лишь, либо, также, еще, плюс, and, or, but, only, also, plus"

ABOUTS = """
про, о, об, обо, где, который, которая, которое, которые, которых, которого, которой, в котором, в которой, в которых,
когда, чтобы, чтоб, там, на тему, о том, про то, с сюжетом, about, where, which, who, whose, when, set in, set on,
based on
"""

PREPOSITIONS = """
в, во, на, с, со, из, за, у, к, по, под, над, от, до, для, через, между, перед, при, in, on, at, with, from, into, onto,
under, over, by, through, near, inside, during, against, between, of
"""

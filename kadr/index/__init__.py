"""What is looked things up in: made by the build, mapped from disk by the engine.

arrays        memory-mapped arrays without pickle, on which all others stand
vectors       films by nearness, with what stands beside the usearch file
lexical       films by words: postings, of stems, prefixes, concepts (thesaurus) and other spellings (otherwise), with
              what pairs of descriptions teach (translations) and how much each word of a query is worth (worth),
              names above others (proper), and less where its concept says it already (own)
titles        titles, people, genres and queries as they are typed: names, words, fuzzy (errors), sounds and skeleton
              (other alphabets), queries (popular ones)
mentions      titles and people within a query
columns       fields that filter, sort and count; themes
"""

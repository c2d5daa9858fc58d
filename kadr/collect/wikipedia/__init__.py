"""Films and series of Wikidata that have an article in Wikipedia: facts from the one, texts from the other."""

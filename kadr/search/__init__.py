"""A query's way to an answer, in the order in which it goes.

request       what may be asked; types: what is asked and answered, for everybody outside
asked         the query as it was meant: spelling (readings, edits), then understand (wishes), then what remains
ladder        its vector, by the best encoder that answers (opening); refine: hosted models that retell and reread
scoring       all films: their words and nearness, weighed by query_type and fused by rank, with the numbers of params
choosing      filters and wishes: which films may be shown, and how wishes move the order; facets counts them
answering     one search from its request to its page of hits, each with its explain; parts: what of a bundle it asks
suggest       what somebody who is typing may mean, of closeness and highlight
aside         hosted models that help beside the search: one that hears, one that retells
output        a result as JSON, or as text for a terminal
"""

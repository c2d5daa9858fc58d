"""Hosted inference: vectors from a model that others run.

Both sides:
    embedder    the protocol: one call, and the canary that guards it
    service     that call for real, of wire (request), answers, faults, addresses, secrets
    sender      an address that is asked: its token, its connections (line), its faults; service and endpoint are such
Build side:
    job         a whole catalogue, of batches, calls (retries, division), pace (rate), silence (waiting), options, cost
    cache       what was paid for, kept, in cache_file
    serving     under which name a provider knows a model
Serving side:
    queries     a visitor's query, of waiting (memory and line), breaker, trust (canaries), lack (reasons), visit
    rerank      a cross-encoder that reads the best films again
    rewrite     a chat model that retells a query; both of endpoint (JSON of a sender), chat, single (a call each)
    transcribe  a model that hears, of sound (its checks)
    retell      a chat model that shortens a plot; both name what mends them by by_environment
"""

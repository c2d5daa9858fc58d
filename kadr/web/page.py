"""The description of the API as a page to read: no script, nothing from elsewhere, so that it opens offline."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from kadr.web.problems import CODES

__all__ = ["page"]

Described = Mapping[str, Any]

STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;
--quiet:light-dark(#555,#aaa);--mark:light-dark(#8a3b12,#f0a878)}
body{font:16px/1.55 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1.5rem 1rem 4rem;
background:light-dark(#fff,#14161a);color:light-dark(#1c1e21,#e6e6e6)}
h1{font-size:1.8rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;text-transform:capitalize}
section{border:1px solid var(--line);border-radius:.6rem;padding:.2rem 1rem 1rem;margin:1rem 0}
h3{font:600 1rem ui-monospace,monospace;overflow-wrap:anywhere;margin:.8rem 0 .3rem}h3 b{color:var(--mark)}
code,pre{font:.86em ui-monospace,monospace;background:var(--soft);border-radius:.3rem}code{padding:.1em .3em}
pre{padding:.8rem;overflow:auto;max-height:24rem}details{margin:.5rem 0}summary{cursor:pointer}
table{border-collapse:collapse;width:100%;font-size:.92em}td,th{text-align:left;vertical-align:top;padding:.35rem .5rem;
border-top:1px solid var(--line);overflow-wrap:anywhere}td:first-child{min-width:6.5rem}.quiet{color:var(--quiet)}
a{color:var(--mark)}:target{outline:2px solid var(--mark)}
@media(max-width:34rem){td,th{display:block;border:0;padding:0 .3rem}
tr{display:block;border-top:1px solid var(--line);padding:.4rem 0}}
"""


def page(api: Described, prefix: str, examples: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        api: the description (OpenAPI).
        prefix: the path that the API is asked under, for the addresses to click.
        examples: by operation, an address to click.
    """
    info, body = api["info"], "".join(_groups(api, prefix, examples))
    told = "".join(f"<p>{_code(escape(each))}</p>" for each in info["description"].split("\n\n"))
    codes = "".join(
        f"<tr><td><code>{name}</code></td><td>{status}</td><td>{escape(title)}</td></tr>"
        for name, (status, title) in CODES.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style></head><body>"
        f'<h1>{escape(info["title"])} API <span class="quiet">{escape(info["version"])}</span></h1>{told}'
        f'<p><a href="{escape(prefix)}/openapi.json">openapi.json</a>: the same for programs (OpenAPI 3.1).</p>'
        f"{body}<h2>Codes of problems</h2><table>{codes}</table></body></html>"
    )


def _groups(api: Described, prefix: str, examples: Mapping[str, str]) -> Iterator[str]:
    seen = ""
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            group = operation["tags"][0]
            if group != seen:
                yield f"<h2>{escape(group)}</h2>"
            seen = group
            link = examples.get(operation["operationId"], "")
            tried = f'<p>Try <a href="{escape(prefix + link)}"><code>{escape(link)}</code></a></p>' if link else ""
            yield _operation(api, f"{method.upper()} {path}", operation, tried)


def _operation(api: Described, address: str, operation: Described, tried: str) -> str:
    method, _, path = address.partition(" ")
    name = operation["operationId"]
    rows = "".join(_parameter(api, each) for each in operation.get("parameters", ()))
    table = (
        f"<details><summary>{rows.count('<tr>')} parameters</summary><table>{rows}</table></details>" if rows else ""
    )
    sent = _shape(api, operation.get("requestBody"), "What is sent")
    right = next(status for status in operation["responses"] if status.startswith("2"))
    answer = _shape(api, operation["responses"][right], "The answer")
    others = ", ".join(
        f'<span title="{escape(each["description"])}">{status}</span>'
        for status, each in operation["responses"].items()
        if status != right
    )
    return (
        f'<section id="{escape(name)}"><h3><b>{method}</b> {escape(path)}</h3>'
        f"<p>{_code(escape(operation['description']))}</p>{tried}{table}{sent}{answer}"
        f'<p class="quiet">Otherwise: {others}</p></section>'
    )


def _parameter(api: Described, each: Described) -> str:
    needed = " (needed)" if each.get("required") else ""
    told = escape(each.get("description", ""))
    return (
        f"<tr><td><code>{escape(each['name'])}</code>{needed}</td><td>{told}</td>"
        f'<td class="quiet">{escape(_allowed(api, each["schema"]))}</td></tr>'
    )


def _allowed(api: Described, schema: Described) -> str:
    """Return in a few words what a value may be."""
    schema = _resolved(api, schema)
    if "enum" in schema:
        told = ", ".join(map(str, schema["enum"]))
    elif schema.get("type") == "array":
        told = f"{_allowed(api, schema['items'])}; up to {schema['maxItems']} times"
    elif "minimum" in schema:
        told = f"{schema['minimum']} to {schema['maximum']}"
    elif "maxLength" in schema:
        told = f"up to {schema['maxLength']} characters"
    else:
        told = "true or false" if schema.get("type") == "boolean" else str(schema.get("pattern", ""))
    default = schema.get("default")
    return told if default in (None, "", []) else f"{told}; {json.dumps(default).strip(chr(34))} where not given"


def _shape(api: Described, part: Described | None, title: str) -> str:
    """Return what is sent or answered, as an object of its members."""
    schema = (part or {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return ""
    text = json.dumps(_sketch(api, schema), ensure_ascii=False, indent=2)
    return f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>"


def _sketch(api: Described, schema: Described) -> Any:
    """Return a value of a schema, from its examples where it has some."""
    schema = _resolved(api, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _sketch(api, schema[choice][0])
    if "properties" in schema:
        return {name: _sketch(api, each) for name, each in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_sketch(api, schema["items"])] if "items" in schema else [0, 0]
    if isinstance(schema.get("additionalProperties"), dict):
        return {"…": _sketch(api, schema["additionalProperties"])}
    known = schema.get("const", next(iter(schema.get("enum", ())), None))
    return (
        known
        if known is not None
        else {"integer": 0, "number": 0.5, "boolean": False, "object": {}}.get(schema.get("type", ""), "")
    )


def _resolved(api: Described, schema: Described) -> Described:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**api["components"]["schemas"][name], **schema} if name else schema


def _code(text: str) -> str:
    """Return a text with what stands between backquotes as code."""
    parts = text.split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))

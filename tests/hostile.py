"""What outlets, or those who break into them, may print: it must appear as text everywhere, and do nothing."""

from __future__ import annotations

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a picture with a handler": "<img src=x onerror=alert(1)>",
    "a drawing with a handler": '"><svg onload=alert(1)><a href="javascript:alert(1)">',
    "template syntax": "{{ 7 * 7 }}{% for x in y %}{{ config }}",
    "an end of the title": "</title></svg></style><style>*{display:none}",
    "a right-to-left override": "a \u202eecnarF\u202d b",
    "terminal escapes": "bell \x07 esc \x1b[2J \x9b31m",
    "entities": "&lt;b&gt; &amp; &#60;i&#62;",
    "an end of CDATA": "]]><script>alert(1)</script>",
    "the terminal library's markup": "[red]zeppelin[/red] [link=javascript:alert(1)]x[/link]",
    "a spreadsheet's formula": '=HYPERLINK("javascript:alert(1)")',
}
# What must stand in no document or line that shows one of these: each would run, hide, or steer.
TRAPS = ("<script>", "<img", "<style", "<svg onload", "\u202e", "\u202d", "\x1b", "\x07", "\x9b", ">49<", " 49 ")
ENDLESS = "A" * 10_000_000

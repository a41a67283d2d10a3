"""Texts that are script, markup, formulas, templates or paths somewhere; each holds the mark that proves it arrived."""

from __future__ import annotations

MARK = "xqzj"
TEXTS = (
    f"<script>window.{MARK}=1</script>",
    f"</script><script>window.{MARK}=1</script>",
    f"<img src=x onerror=window.{MARK}=1>",
    f'"><svg onload=window.{MARK}=1>',
    f"' autofocus onfocus=window.{MARK}=1 x='",
    f"<iframe src=javascript:window.{MARK}=1></iframe>",
    f'<a href="javascript:window.{MARK}=1">{MARK}</a>',
    f"</title></style></textarea><base href=//evil.example/{MARK}>",
    f"<!--{MARK}--><meta http-equiv=refresh content=0;url=//evil.example>",
    f"{{{{ {MARK}.__class__ }}}}{{% for x in y %}}",
    f"${{{MARK}}} $\\frac{{1}}$ #{{{MARK}}}",
    f'#eval("{MARK}") #read("/etc/passwd") #link("//evil.example")[{MARK}]',
    f"`{MARK}` *{MARK}* _{MARK}_ @{MARK} <{MARK}> \\{MARK}",
    f'=HYPERLINK("//evil.example?{MARK}","{MARK}")',
    f"+cmd|' /C calc'!{MARK}",
    f"-2+3+{MARK}",
    f"@SUM({MARK})",
    f"\t={MARK}",
    f"[{MARK}](javascript:alert(1)) ![{MARK}](//evil.example/x.png)",
    f"../../../../etc/{MARK}",
    f"\u202e{MARK}\u2066 \u2028 \u2029",
    f"%3Cscript%3E{MARK}%3C/script%3E &lt;script&gt;{MARK}",
    f'<math><mi xlink:href="data:text/html,<script>{MARK}</script>">',
    f"IPY_MODEL_{MARK}",
)  # fmt: skip

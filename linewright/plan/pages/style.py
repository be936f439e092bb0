"""How the page of a plan looks: on a screen and on A4, in colour and in grey."""

from linewright.plan.changeplan import ChangePlan
from linewright.plan.pages.markup import css_text

#: What stands in the margin of each printed page is cut beyond so many characters; it stands whole on the first.
_MOST = 60

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #111; font: 15px/1.45 "DejaVu Sans", Verdana, Arial, sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 0 20px 24px; }
.marking { background: #111; color: #fff; text-align: center; font-weight: bold; letter-spacing: .08em; padding: 4px 12px; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; gap: 8px 28px; align-items: flex-end; justify-content: space-between; border-bottom: 3px solid #111; padding: 18px 0 10px; }
header > div:first-child { flex: 1 1 300px; min-width: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 14px; }
.pair > div { min-width: 0; }
h1 { font-size: 27px; line-height: 1.15; margin: 0; overflow-wrap: anywhere; }
header p { margin: 4px 0 0; overflow-wrap: anywhere; }
.code { font: bold 30px/1.1 "DejaVu Sans Mono", Menlo, Consolas, monospace; border: 3px solid #111; padding: 4px 12px; white-space: nowrap; }
.code small { display: block; font: 12px/1.2 "DejaVu Sans", Verdana, Arial, sans-serif; }
h2 { font-size: 19px; margin: 30px 0 8px; border-bottom: 1px solid #777; padding-bottom: 2px; }
h3 { font: bold 15px/1.4 "DejaVu Sans", Verdana, Arial, sans-serif; margin: 18px 0 4px; overflow-wrap: anywhere; }
p, li { overflow-wrap: anywhere; }
ul { margin: 4px 0 8px; padding-left: 22px; }
table { border-collapse: collapse; width: 100%; margin: 6px 0 10px; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid #bbb; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #111; font-size: 13px; white-space: nowrap; }
.first th { width: 112px; white-space: nowrap; }
.first td { font-size: 16px; }
.first .grave th, .first .grave td { border-left: 6px solid #111; font-weight: bold; background: #eee; }
.first .grave td { border-left: 0; }
.narrow th:first-child { width: 110px; } .narrow th:last-child { width: 130px; }
.note { color: #333; font-size: 13px; margin: 6px 0 4px; }
.names, .hex { font: 13px/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.lines { font: 13px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; border: 1px solid #999; margin: 4px 0 10px; padding: 0; list-style: none; }
.lines li { white-space: pre-wrap; padding: 0 8px; border-left: 5px solid #fff; }
.lines li.comes { background: #e3f3e3; border-left: 5px solid #1b6e1b; font-weight: bold; }
.lines li.goes { background: #f8e4e1; border-left: 5px double #8f1d10; }
.lines li.around { color: #444; }
ol.lines { counter-reset: line; }
ol.lines li { counter-increment: line; padding-left: 56px; text-indent: -48px; }
ol.lines li::before { content: counter(line); display: inline-block; width: 40px; margin-right: 8px; text-indent: 0; text-align: right; color: #555; }
.map { display: block; width: 100%; height: auto; font-family: "DejaVu Sans", Verdana, Arial, sans-serif; }
.map .frame { fill: #f6f6f6; stroke: #999; stroke-width: 1; }
.map .site { font-size: 12px; font-weight: bold; fill: #333; }
.map .changes { fill: #d9d9d9; stroke: #000; stroke-width: 3.5; }
.map .beside { fill: #fff; stroke: #555; stroke-width: 1; }
.map .name { font: bold 11.5px "DejaVu Sans Mono", Menlo, Consolas, monospace; text-anchor: middle; }
.map .small { font-size: 10px; text-anchor: middle; fill: #333; }
.map .strong { font-size: 10px; font-weight: bold; text-anchor: middle; }
.map .key { font-size: 10.5px; }
.map .joined { fill: none; stroke: #666; stroke-width: 1.5; }
.map .alone { fill: none; stroke: #000; stroke-width: 4; stroke-dasharray: 10 5; stroke-linejoin: round; }
.map .plate { fill: #fff; stroke: #999; stroke-width: .5; }
footer { border-top: 1px solid #777; margin-top: 30px; padding-top: 6px; }
@media (max-width: 560px) { .pair { display: block; } body { font-size: 14px; } .first th { width: 84px; } }
@media print {
  .pair { display: grid; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 18pt; } h2 { font-size: 13pt; margin-top: 16pt; } h3 { font-size: 10pt; }
  header { flex-wrap: nowrap; }
  .first td { font-size: 10pt; } .code { font-size: 20pt; }
  .lines, .names, .hex { font-size: 8.5pt; }
  h2, h3, thead { break-after: avoid; } tr, .lines li, svg { break-inside: avoid; }
  thead { display: table-header-group; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""


def style(plan: ChangePlan) -> str:
    """The style sheet: the marking, the plan code and the page's number stand on every printed page."""
    marking = css_text(plan.marking[:_MOST])
    name = css_text(f"Plan {plan.ticket[:_MOST]}   code {plan.code}".replace("Plan    ", "Plan   "))
    # "@page" rules with boxes in the margin: CSS Paged Media Level 3, section 5.
    sheet = (
        "@page { size: A4; margin: 20mm 14mm 18mm 16mm;\n"
        f'  @top-center {{ content: {marking}; font: bold 10pt "DejaVu Sans", Arial, sans-serif; }}\n'
        f'  @bottom-left {{ content: {name}; font: 8pt "DejaVu Sans", Arial, sans-serif; }}\n'
        f'  @bottom-center {{ content: {marking}; font: bold 10pt "DejaVu Sans", Arial, sans-serif; }}\n'
        '  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "DejaVu Sans", Arial, sans-serif; }\n'
        "}\n"
    )
    return _STYLE + sheet

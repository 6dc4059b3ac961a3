#include "report/html.h"

namespace assay::report {

// System fonts, light and dark, 400 px to wide, print. Colours of lines and parts are those of
// Okabe and Ito, which people with colour blindness can tell apart; verdicts also differ by their
// sign.
std::string_view html_style() {
  return R"css(
:root{--page:#f5f6f8;--card:#fff;--ink:#1b1f27;--soft:#59606d;--rule:#e0e3e9;--link:#0b57a4;
--tint:#f0f2f5;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b8578e;--c4:#56b4e9;--c5:#e69f00;
--c6:#6b7280;--c7:#8c6d1f;--good:#0b6b45;--good-bg:#e1f4ea;--fair:#0b57a4;--fair-bg:#e3effb;
--bad:#a82a1f;--bad-bg:#fce8e5;--none:#4b5260;--none-bg:#e9ebef;--flag:#7a5200;--flag-bg:#fdf0d0}
@media (prefers-color-scheme:dark){:root{--page:#14171c;--card:#1d2128;--ink:#e7e9ee;--soft:#a3abb8;
--rule:#333943;--link:#7db8f2;--tint:#262b34;--c0:#4aa3dc;--c1:#f0843c;--c2:#35c497;--c3:#e08fbd;
--c4:#8fd0f5;--c5:#f2b63a;--c6:#9aa3b2;--c7:#c9a54a;--good:#7fdcae;--good-bg:#143527;
--fair:#8fc4f7;--fair-bg:#15304c;--bad:#ff9d92;--bad-bg:#47201c;--none:#bcc3cf;--none-bg:#2e343e;
--flag:#f3c969;--flag-bg:#3d3013}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue","Noto Sans","Noto Sans CJK JP","Hiragino Sans","Yu Gothic UI",sans-serif}
header,main,footer,nav{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:36px}
.kicker{margin:0;color:var(--soft);font-weight:600;letter-spacing:.02em}
h1{margin:2px 0 14px;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:0 0 14px;font-size:1.25rem}
h3{margin:18px 0 6px;font-size:1rem}
a{color:var(--link)}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
code{overflow-wrap:anywhere}
pre{margin:8px 0;padding:12px 14px;background:var(--tint);border-radius:8px;white-space:pre-wrap;
overflow-wrap:anywhere}
pre.prose{border-left:4px solid var(--c0)}
.meta{display:flex;flex-wrap:wrap;gap:4px 28px;margin:0 0 8px}
.meta div{min-width:0}.meta dt{color:var(--soft);font-size:.82rem}.meta dd{margin:0}
nav{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:6px;background:var(--page);
padding-top:8px;padding-bottom:8px}
nav a{flex:none;padding:4px 11px;border-radius:999px;background:var(--card);border:1px solid var(--rule);
text-decoration:none;font-size:.86rem}
section{margin:0 0 18px;padding:22px 24px;background:var(--card);border:1px solid var(--rule);
border-radius:12px;scroll-margin-top:56px}
.intro{max-width:76ch;color:var(--soft);margin:-6px 0 14px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}
.tile{padding:14px 16px;background:var(--tint);border-radius:10px;min-width:0}
.tile .label{color:var(--soft);font-size:.86rem}
.tile .value{font-size:1.28rem;font-weight:600;line-height:1.3;overflow-wrap:anywhere}
.note{color:var(--soft);font-size:.86rem}
.absent{color:var(--soft);font-style:italic;font-weight:400}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:7px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{color:var(--soft);font-size:.82rem;font-weight:600}
tbody th{font-weight:500}
tbody tr:last-child>*{border-bottom:0}
.figures td{overflow-wrap:anywhere}.overview td:first-child{overflow-wrap:anywhere;min-width:16ch}.figures thead th:first-child{width:34%}
.beside{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:0 16px}
.number{font-variant-numeric:tabular-nums}
td .provenance{margin-left:4px}.provenance{display:inline-block;padding:0 7px;border-radius:999px;font-size:.72rem;font-weight:600;
vertical-align:middle;background:var(--none-bg);color:var(--none);white-space:nowrap}
.provenance.measured{background:var(--good-bg);color:var(--good)}
.provenance.assumed{background:var(--flag-bg);color:var(--flag)}
.notes{margin:12px 0 0;padding-left:20px;color:var(--soft);font-size:.92rem}
figure{margin:0 0 18px}
figcaption{margin:0 0 6px;font-weight:600;font-size:.92rem}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--rule);stroke-width:1}
.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.band{fill:currentColor;opacity:.16;stroke:none}
.level{stroke:currentColor;stroke-width:1.5;stroke-dasharray:6 4}
.mark{fill:currentColor;stroke:var(--card);stroke-width:1.5}
.strip,.spot{fill:transparent}.strip:hover,.spot:hover{fill:var(--soft);fill-opacity:.25}
.narrow{display:none}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}
.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:8px 0 0;padding:0;list-style:none;font-size:.86rem}
.swatch{display:inline-block;width:14px;height:10px;margin-right:6px;border-radius:2px;
background:currentColor}
.swatch.dot{width:10px;border-radius:50%}
.swatch.dashed{height:0;border-top:2px dashed currentColor;background:none;vertical-align:middle}
.bar{display:flex;height:26px;border-radius:6px;overflow:hidden;gap:1px;margin-bottom:4px}
.bar span{background:currentColor;flex-basis:0;min-width:1px}
.bar-label{font-size:.86rem;color:var(--soft)}
.bar,.swatch,.badge,.provenance,pre,.tile{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.badge{display:inline-block;padding:1px 10px;border-radius:999px;font-weight:600;font-size:.86rem;
white-space:nowrap;background:var(--none-bg);color:var(--none)}
.badge.reproduced,.badge.pass{background:var(--good-bg);color:var(--good)}
.badge.plausible{background:var(--fair-bg);color:var(--fair)}
.badge.inconsistent,.badge.fail{background:var(--bad-bg);color:var(--bad)}
.badge.flag{background:var(--flag-bg);color:var(--flag)}
article{padding:18px 0 6px;border-top:1px solid var(--rule);scroll-margin-top:56px}
article h3{margin:0 0 4px;font-size:1.08rem}
article p{margin:6px 0;max-width:90ch}
.claim-id{color:var(--soft);font-weight:400}
.statement{color:var(--soft)}
.caveat{padding:10px 14px;border-left:4px solid var(--c5);background:var(--flag-bg);border-radius:6px}
.facts{display:flex;flex-wrap:wrap;gap:6px 32px;margin:10px 0}
.facts dt{color:var(--soft);font-size:.82rem}.facts dd{margin:0;font-weight:600}
details{margin:6px 0;border:1px solid var(--rule);border-radius:8px;padding:0 12px}
details[open]{padding-bottom:10px}
summary{padding:7px 0;cursor:pointer}
summary .badge{margin-right:8px}
.kind{color:var(--soft);font-size:.86rem;margin-right:6px}
.formula{display:block;margin:6px 0;padding:8px 12px;background:var(--tint);border-radius:6px}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin:6px 0;padding:0;list-style:none;font-size:.86rem}
.chips li{padding:1px 10px;border-radius:999px;border:1px solid var(--rule)}
.chips .state{border:0;padding-left:0;min-width:7em;color:var(--soft)}
.chips .included{background:var(--good-bg);color:var(--good);border-color:transparent}
.chips .excluded{background:var(--none-bg);color:var(--none);border-color:transparent}
.chips .not-stated{border-style:dashed;color:var(--soft)}
footer{padding-top:4px;padding-bottom:36px;color:var(--soft);font-size:.86rem}
@media (max-width:640px){header,main,footer,nav{padding-left:14px;padding-right:14px}
section{padding:18px 14px;border-radius:10px}h1{font-size:1.5rem}
.wide{display:none}.narrow{display:block}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
.tile{padding:10px 12px}.tile .value{font-size:1.05rem}th,td{padding:6px 6px}
.beside{display:block}.overview th:nth-child(n+3),.overview td:nth-child(n+3){display:none}nav{flex-wrap:nowrap;overflow-x:auto}
.figures thead th:first-child{width:42%}.figures tbody th{min-width:8em}}
@media print{:root{--page:#fff}details::details-content{content-visibility:visible;height:auto}body{font-size:11pt}nav{display:none}
section{border:0;padding:0 0 10pt;break-inside:auto}figure,.tile,tr{break-inside:avoid}
details>:not(summary){display:block}a{color:inherit}}
)css";
}

}  // namespace assay::report

#include "report/claims/claims_html.h"

namespace assay::report {

// What articles, charts of ranges and the atlas need beside the style of all reports.
std::string_view claims_style() {
  return R"css(
html{scroll-padding-top:64px}
::placeholder{color:var(--soft);opacity:1}
:target{outline:3px solid var(--link);outline-offset:3px;scroll-margin-top:64px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
h2,h3,h4{overflow-wrap:anywhere}.scroll{position:relative}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.origin{margin:0;color:var(--soft);font-size:.9rem}
article:first-of-type{border-top:0}
article h4,.body h4{margin:22px 0 6px;font-size:1rem}
.answer{font-size:1.06rem}
.findings{margin:10px 0;padding:0;list-style:none}.findings li{margin:5px 0}
.source-mark{display:inline-block;padding:0 7px;border-radius:999px;font-size:.76rem;font-weight:600;
background:var(--none-bg);color:var(--none);white-space:nowrap}
.source-mark.seen{background:var(--good-bg);color:var(--good)}
.source-mark.recalled{background:var(--flag-bg);color:var(--flag)}
.source-mark.derived{background:var(--fair-bg);color:var(--fair)}
.inputs td{overflow-wrap:anywhere}.inputs td:nth-child(2){min-width:9em}.inputs td.number{overflow-wrap:normal}
.used{white-space:nowrap;font-size:.86rem}
.cite{overflow-wrap:anywhere}
.ranges{margin:0 0 16px}
.range-row{display:grid;grid-template-columns:minmax(0,15rem) minmax(0,1fr) minmax(0,17rem);gap:0 14px;
align-items:center;padding:1px 0}
.range-label{overflow-wrap:anywhere;font-size:.92rem;line-height:1.25}
.range-text{font-size:.86rem;color:var(--soft);font-variant-numeric:tabular-nums;line-height:1.25}
.range-row.strong .range-label,.range-row.strong .range-text{font-weight:700;color:var(--ink)}
.track{display:block;width:100%;height:24px;overflow:visible;background:none}
.track .span{stroke:currentColor;stroke-width:7;opacity:.65;stroke-linecap:round}
.track .usual,.swatch.usual{fill:var(--none-bg);background:var(--none-bg)}
.swatch.usual{border:1px solid var(--soft)}
svg .beyond{font-size:15px;fill:currentColor}
.range-axis .track{height:18px}
.matrix{font-size:.86rem;width:auto}
.matrix td{text-align:center;padding:4px 8px;font-size:1rem}
.matrix thead th{vertical-align:bottom;padding:4px 6px}
.matrix thead th span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
.matrix th[scope=row]{position:sticky;left:0;background:var(--card);padding:4px 10px 4px 0;max-width:22em;
overflow-wrap:anywhere}
.matrix .included{background:var(--good-bg);color:var(--good)}
.matrix .excluded{background:var(--none-bg);color:var(--none)}.matrix .open{color:var(--soft)}
.sources{padding-left:0;list-style:none;margin:0}.sources li{margin:7px 0;overflow-wrap:anywhere}
footer .meta{margin-top:14px}
.tools{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;margin:0 0 12px;padding:12px 14px;
background:var(--tint);border-radius:10px}
.tools label{display:grid;gap:2px;font-size:.82rem;color:var(--soft);min-width:0}
.tools .grow{flex:1 1 14rem}.tools p{flex:1 1 100%;margin:0}
.tools input,.tools select,.tools button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--card);
border:1px solid var(--soft);border-radius:8px;padding:7px 10px;min-height:40px;max-width:100%}
.tools button{cursor:pointer}
.tools button[aria-pressed=true]{background:var(--link);border-color:var(--link);color:var(--card)}
.buttons{display:flex;flex-wrap:wrap;gap:6px}
.atlas{list-style:none;margin:0;padding:0}
.atlas>li{content-visibility:auto;contain-intrinsic-size:auto 62px}
.claim{margin:5px 0}
.claim>summary{display:grid;grid-template-columns:9.5rem minmax(0,1fr) minmax(0,18rem);gap:4px 12px;align-items:baseline;
list-style:none}
.claim>summary::-webkit-details-marker{display:none}
.claim>summary .badge{justify-self:start;margin:0}
.claim .name{overflow-wrap:anywhere}.claim .claim-id{font-size:.86rem;display:block}
.claim .key{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.88rem;color:var(--soft);justify-content:flex-end;
font-variant-numeric:tabular-nums}
.claim[open]>summary{border-bottom:1px solid var(--rule);margin-bottom:8px}
.body>p{max-width:90ch}
@media (max-width:640px){
.range-row{grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 8px;padding:5px 0}
.range-row .track{grid-column:1/-1;grid-row:2}
.range-text{text-align:right}.range-axis>div{display:none}
.claim>summary{grid-template-columns:minmax(0,1fr)}.claim .key{justify-content:flex-start}
.tools{padding:10px}.tools button{padding:7px 9px}
.matrix th[scope=row]{max-width:9.5em}
.inputs thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.inputs tr{display:block;padding:6px 0;border-bottom:1px solid var(--rule)}
.inputs td{display:block;border:0;padding:1px 0}.inputs td:first-child{font-weight:600}}
@media print{.tools{display:none}.atlas>li{content-visibility:visible}}
)css";
}

}  // namespace assay::report

#include "report/claims/claims_html.h"

namespace assay::report {

// A link into a folded part opens it.
std::string_view reveal_script() {
  return R"js('use strict';
const reveal=()=>{let at;try{at=document.getElementById(decodeURIComponent(location.hash.slice(1)))}
catch(e){at=null}
if(!at)return;for(let up=at;up;up=up.parentElement){if(up.tagName==='DETAILS')up.open=true;
if(up.tagName==='LI')up.hidden=false}at.scrollIntoView()};
addEventListener('hashchange',reveal);
addEventListener('click',e=>{const a=e.target.closest&&e.target.closest('a[href^="#"]');
if(a&&a.hash===location.hash)setTimeout(reveal)});
addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true));
reveal();
)js";
}

std::string_view atlas_script() {
  return R"js('use strict';(()=>{
const get=id=>document.getElementById(id),list=get('atlas'),items=[...list.children];
const search=get('search'),sort=get('sort'),rule=get('rule'),reverse=get('reverse');
const labels=[...document.querySelectorAll('button[data-verdict]')];
const pressed=b=>b.getAttribute('aria-pressed')==='true';
const text=new Map(items.map(i=>[i,i.dataset.text.toLowerCase()]));
const filter=()=>{
const words=search.value.toLowerCase().split(/\s+/).filter(Boolean);
const wanted=labels.filter(pressed).map(b=>b.dataset.verdict);
let count=0;
for(const i of items){
const show=words.every(w=>text.get(i).includes(w))&&(!wanted.length||wanted.includes(i.dataset.verdict))&&
(!rule.value||i.dataset.rules.split(' ').includes(rule.value));
i.hidden=!show;if(show)count++}
get('count').textContent=count};
const rank=['inconsistent','unverifiable','plausible','reproduced','none'];
const value=(i,key)=>{const v=i.dataset[key];
if(key==='verdict')return rank.indexOf(v);
if(key==='amount'||key==='mfu'||key==='flags')return v===''?null:Number(v);
return v===''?null:v};
const order=()=>{const key=sort.value,sign=pressed(reverse)?-1:1;
list.append(...[...items].sort((a,b)=>{const x=value(a,key),y=value(b,key);
if(x===null||y===null)return (x===null)-(y===null);
return sign*(x<y?-1:x>y?1:0)}))};
const toggle=(b,then)=>b.addEventListener('click',()=>{
b.setAttribute('aria-pressed',String(!pressed(b)));then()});
search.addEventListener('input',filter);rule.addEventListener('change',filter);
sort.addEventListener('change',order);toggle(reverse,order);labels.forEach(b=>toggle(b,filter));
addEventListener('keydown',e=>{
if(e.ctrlKey||e.metaKey||e.altKey)return;
const at=document.activeElement,typing=/^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
if(e.key==='/'&&!typing){e.preventDefault();search.focus();search.select()}
else if(e.key==='Escape'&&at===search){search.value='';filter()}
else if((e.key==='ArrowDown'||e.key==='ArrowUp')&&(at===search||at.matches('.claim>summary'))){
const all=[...list.querySelectorAll('li:not([hidden])>.claim>summary')],here=all.indexOf(at);
const next=all[e.key==='ArrowDown'?here+1:here-1];
if(next){e.preventDefault();next.focus()}else if(e.key==='ArrowUp'){e.preventDefault();search.focus()}}});
get('tools').hidden=false;filter()})();
)js";
}

}  // namespace assay::report

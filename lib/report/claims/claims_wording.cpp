#include <array>

#include "report/wording.h"

namespace assay::report {
namespace {

constexpr auto kClaimsWordings = std::to_array<Wording>({
    {"interval.drawn", "90 %", "90 %"},
    {"interval.rounding", "printed rounding", "印刷値の丸め"},
    {"claims.title", "Claims audit", "主張の検証"},
    {"claims.atlas", "Claims atlas", "主張アトラス"},
    {"claims.atlas.intro",
     "Every claim of the registry with its verdict. Open one to follow its number down to the "
     "sources. An inconsistent verdict means that the numbers as stated do not fit; it says "
     "nothing of anybody's honesty.",
     "レジストリの全主張とその判定。開くと数値を出典まで辿れる。「不整合」は記載どおりの数値が"
     "互いに合わないという意味であり、誰かの誠実さを問うものではない。"},
    {"claims.chain", "From the number to its sources, step by step",
     "数値から出典まで（ステップごと）"},
    {"claims.figures", "Published figures, with sources and the steps that use them",
     "公表値（出典と使用ステップ）"},
    {"claims.rule", "rule", "規則"},
    {"claims.intervals", "Intervals", "区間"},
    {"claims.intervals.note",
     "A dot is the value, a bar the central 90 % of 10,000 draws (or as many as the command says) "
     "unless it is called printed rounding, which is what the printed digits allow at most. Scales "
     "of amounts are logarithmic.",
     "点は値、棒は 10,000 回（またはコマンドで指定した回数）の抽出の中央 90 "
     "%。「印刷値の丸め」は印刷された桁が許す最大の範囲。金額などの目盛りは対数。"},
    {"claims.interval_chart", "Claimed and computed", "主張値と計算値"},
    {"claims.sensitivity", "What moves it, and what would have to be true",
     "何が結果を動かすか、主張が成り立つ条件"},
    {"claims.moves", "Each input alone, from its 5th to its 95th percentile",
     "各入力を単独で 5〜95 パーセンタイルまで動かした場合"},
    {"claims.methods", "The run by published cost methods", "公表されたコスト手法による比較"},
    {"claims.methods.chart", "Cost by method", "手法別コスト"},
    {"claims.methods.formulas", "What each method covers, its formula and source",
     "各手法の対象範囲・式・出典"},
    {"claims.method", "Method", "手法"},
    {"claims.covers", "Covers", "対象範囲"},
    {"claims.see_also", "See also", "関連"},
    {"claims.cite", "Cite this", "引用"},
    {"claims.known_runs", "MFU against all known runs", "既知の全実行との MFU 比較"},
    {"claims.known_runs.note",
     "The utilisation that each claim of the registry implies (exact_causal, against the dense "
     "16-bit peak of its device). The shaded range is usual.",
     "レジストリの各主張が含意する利用率（exact_causal、デバイスの密 16 "
     "ビットピーク比）。網掛けは通常の範囲。"},
    {"claims.scope_matrix", "Which claim includes what", "各主張が含む範囲"},
    {"claims.scope_matrix.note", "● included, ○ excluded, · not stated",
     "● 含む、○ 含まない、· 記載なし"},
    {"claims.bibliography", "Sources", "出典一覧"},
    {"claims.together", "Disclosed together", "合計の開示額"},
    {"claims.together.programmes", "Programmes like the published ones", "公表例に倣った開発全体"},
    {"claims.not_included", "Not included", "含まない"},
    {"claims.hand.first", "first-hand", "一次情報"},
    {"claims.hand.second", "second-hand", "二次情報"},
    {"claims.published", "published {}", "公表 {}"},
    {"claims.retrieved", "retrieved {}", "取得 {}"},
    {"claims.from_memory", "cited from memory, not read again", "記憶による引用（再確認なし）"},
    {"claims.copy_of", "read in a copy of {}", "{} の写しで確認"},
    {"claims.search", "Search", "検索"},
    {"claims.search.hint", "model, claimant, device, rule …", "モデル、主張者、デバイス、規則 …"},
    {"claims.sort", "Sort by", "並べ替え"},
    {"claims.sort.id", "id", "ID"},
    {"claims.sort.verdict", "verdict", "判定"},
    {"claims.sort.date", "date", "日付"},
    {"claims.sort.amount", "claimed amount (USD)", "主張額（USD）"},
    {"claims.sort.mfu", "implied MFU", "含意 MFU"},
    {"claims.sort.flags", "number of flags", "要注意の数"},
    {"claims.reverse", "Reverse", "逆順"},
    {"claims.all", "all", "すべて"},
    {"claims.all_flags", "any rule", "規則指定なし"},
    {"claims.flagged_by", "Flagged or failed by", "要注意・不合格の規則"},
    {"claims.shown", "claims shown", "件を表示"},
    {"claims.keys", "Keys: / search, ↑ ↓ from claim to claim, Enter opens, Esc clears the search.",
     "キー操作: / 検索、↑ ↓ 移動、Enter 開く、Esc 検索を消去。"},
    {"claims.registry_version", "Registry version", "レジストリ版"},
    {"claims.of_flags", "flags: {}", "要注意: {}"},
    {"claims.peak", "Against", "分母"},
    {"bulk.title", "Table audit", "表の検証"},
    {"bulk.verdicts", "Verdicts", "判定"},
    {"bulk.rules_fail", "Rules that fail rows", "行を不合格にした規則"},
    {"bulk.rules_flag", "Rules that flag rows", "行を要注意にした規則"},
    {"bulk.by_year", "Implied MFU by year", "年別の含意 MFU"},
    {"bulk.by_device", "Implied MFU by device", "デバイス別の含意 MFU"},
    {"bulk.note", "A dot is the median, a bar reaches from the lowest row to the highest.",
     "点は中央値、棒は最小の行から最大の行まで。"},
    {"bulk.rows", "{} rows, {} with a fault", "{} 行（うち不備 {} 行）"},
    {"bulk.rows.title", "Rows", "各行"},
    {"bulk.rule", "Rule", "規則"},
    {"bulk.hardware", "Hardware", "ハードウェア"},
    {"bulk.count", "Rows", "行数"},
    {"bulk.unknown", "Hardware that the registry does not know", "レジストリにないハードウェア"},
});

}  // namespace

std::span<const Wording> claims_wordings() { return kClaimsWordings; }

}  // namespace assay::report

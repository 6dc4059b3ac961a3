#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kSentences{
    Message{"power_not_draw",
            "{0} Nominal power is not drawn power: load, node and building can explain it.",
            "{0}定格電力は実際の消費電力ではなく、負荷率・ノード・建物の分で説明できる。"},
    Message{"carbon_inside", "{0} lies within {1} to {2} of the registered grids.",
            "{0}は、登録された電力網から考えられる{1}～{2}に入る。"},
    Message{"carbon_outside",
            "{0} lies outside {1} to {2}, which is what the registered grids allow.",
            "{0}は、登録された電力網から考えられる{1}～{2}から外れる。"},
    Message{"carbon_rows_apart",
            "{0} is {1} gCO2e per GPU-hour where {2} of the same source is {3}, {4} times apart, "
            "and no known grid explains it: as stated, these numbers do not fit.",
            "{0}はGPU時間当たり{1} gCO2eだが、同じ資料の{2}は{3} "
            "gCO2eで{4}"
            "倍の開きがある。説明できる電力網はなく、記載どおりではこれらの数値は両立しない。"},
    Message{"market_based_carbon",
            "{0} is market-based: certificates are subtracted. It says nothing of the grid that "
            "the run used and does not compare with location-based figures.",
            "{0}はマーケット基準で、証書の分を差し引いている。実際の電力網とは関係がなく、"
            "ロケーション基準の値とは比べられない。"},
    Message{"source_before_claim", "The claim is of {0}, its source {1} of {2}.",
            "主張の日付は{0}だが、資料{1}の日付は{2}。"},
    Message{"device_not_yet_released", "Of {0}, but {1} was released in {2}.",
            "{0}の主張だが、{1}の発売は{2}。"},
    Message{"longer_than_the_device_existed", "{0} on {1}, which was released in {2}, until {3}.",
            "{1}の発売は{2}で、{3}までに{0}は取れない。"},
    Message{"model_not_yet_released", "The claim is of {0}, {1} came out in {2}.",
            "主張の日付は{0}だが、{1}の公開は{2}。"},
    Message{"unit_slip", "{0}: the two differ by a factor of {1}: {2}?",
            "{0}：両者は{1}倍ずれている。{2}の可能性がある。"},
    Message{"slip_cores", "cores or dies for chips", "コアまたはダイをチップとした数え方"},
    Message{"slip_boards", "chips for boards of four", "4チップのボードとチップの取り違え"},
    Message{"slip_nodes", "devices for nodes of eight, or cores for boards",
            "8台のノードとデバイス、またはコアとボードの取り違え"},
    Message{"slip_point", "a decimal point or a digit", "小数点または桁の誤り"},
    Message{"slip_days", "days for hours", "日と時間の取り違え"},
    Message{"slip_minutes", "minutes for hours", "分と時間の取り違え"},
    Message{"slip_thousands", "thousands for millions or the like", "千と百万などの取り違え"},
    Message{"slip_myriads", "a myriad (10,000) lost", "「万」の脱落"},
    Message{"slip_per_trillion", "a figure per trillion for a total",
            "1兆当たりの値と合計の取り違え"},
    Message{"price_of_several_devices",
            "{0} lies above the market; as the price of {1} devices it is {2} each, which is usual "
            "for {3}: a board's or node's price for a chip's.",
            "{0}は市場価格を超えるが、{1}台分の価格なら1台当たり{2}で、{3}"
            "の通常の価格である。ボードまたはノードの価格をチップの価格とした可能性がある。"},
    Message{"rate_as_total",
            "{0} in total implies an MFU of {1}; per trillion tokens it would be {2}, which is "
            "usual.",
            "合計{0}ならMFUは{1}だが、1兆トークン当たりなら{2}で通常の値になる。"},
    Message{"restated_total",
            "{0} is also the total of {1} ({2}): a total of another subject, repeated for {3}.",
            "{0}は{1}（{2}）の合計と同じであり、{3}について別の対象の合計を再掲している。"},
    Message{"peak_known", "{0} is {1}.", "{0}は{1}である。"},
    Message{"peak_of_another", "{0} is {1}; {2} is {3}.", "{0}は{1}で、{2}は{3}である。"},
    Message{"peak_unknown", "{0} is no registered peak; {1} is {2}.",
            "{0}は登録されたピークのどれでもない。{1}は{2}である。"},
    Message{"power_of_another_variant", "{0} is the TDP of {1}, not of {2}.",
            "{0}は{2}ではなく{1}のTDPである。"},
    Message{
        "price_not_rent",
        "{0} per GPU-hour; the amount was reckoned as {1}, so the market's rent does not apply.",
        "GPU時間当たり{0}。{1}として計算された金額であり、賃借の市場価格とは比べない。"},
    Message{"total_for_active",
            "{0} is six times all parameters times the tokens ({1}); a token meets only the active "
            "ones.",
            "{0}は総パラメータ数×6×トークン数（{1}）に当たる。"
            "1トークンが通るのは有効パラメータだけである。"},
    Message{"active_and_total_swapped", "{0} is printed as {1}; the shape gives {2} for the other.",
            "{0}は「{1}」として記載されているが、形状からはもう一方が{2}になる。"},
    Message{"achieved_is_hfu",
            "{0} is a third and more above the {1} that parameters, tokens and hours give: it "
            "counts recomputed activations, a hardware figure.",
            "{0}は、パラメータ数・トークン数・GPU時間から求めた{1}より3分の1以上大きい。"
            "活性値の再計算を含むハードウェアの値である。"},
    Message{"computes_a_third_apart",
            "{0} and {1} are {2} apart, near 4/3: the larger counts recomputed activations.",
            "{0}と{1}の比は{2}で4/3に近い。大きい方は活性値の再計算を含む。"},
    Message{"implied_rate", "{0} printed as {1} implies {2}.",
            "{0}を{1}とした記載から逆算すると{2}。"},
    Message{"subject_same", "The first-hand source ({0}) speaks of the same subject, {2}.",
            "一次資料（{0}）の対象も{2}である。"},
    Message{"subject_differs",
            "The first-hand source ({0}) gives {1} for {2}; the claim gives it for {3}.",
            "一次資料（{0}）では{1}は{2}の数値だが、この主張は{3}の数値としている。"},
    Message{"date_differs", "The claim is of {0}; the first-hand figure ({1}) is of {2}.",
            "主張の日付は{0}、一次資料（{1}）の日付は{2}。"},
    Message{"first_hand_agrees", "{0}, as in the first-hand source: {1} ({2}).",
            "{0}は一次資料の{1}（{2}）と一致する。"},
    Message{"first_hand_differs", "{0}, but the first-hand source says {1} ({2}).",
            "記載は{0}だが、一次資料では{1}（{2}）である。"},
    Message{"stage_for_total",
            "Devices times time give {0}: that is the stage {1} ({2}) of {3}, not its total.",
            "台数×時間は{0}で、これは{3}の全体ではなく、段階「{1}」（{2}）に当たる。"},
    Message{"unit_stored_as_another",
            "The number of {0} is that of {1} in {2}: {3} was stored as {4}.",
            "{0}の数字は{2}の{1}と同じであり、{3}の値が{4}として記録されている。"},
    Message{
        "digits_run_together",
        "{0} read as {1} x {2} = {3} fits the {4} that follow from the other figures: a "
        "multiplication sign may have been lost.",
        "{0}を{1}×{2}＝{3}と読めば、ほかの数値から求めた{4}と合う。乗算記号が抜けた可能性がある。"},
    Message{"no_shape", "{0}: the registry has no shape for this model, so nothing was computed.",
            "{0}：このモデルの形状が登録されていないため計算していない。"},
    Message{"hfu_quoted",
            "{0} is near {1}, which counts the forward pass twice (recomputed activations): a "
            "hardware figure, not the model's.",
            "{0}は、活性値の再計算を含めた{1}に近い。モデルではなくハードウェアの計算量である。"},
    Message{"flops_of_shape",
            "FLOPs per trained token of {0}: six times the matrix weights that a token meets, plus "
            "the causal half of attention (times three for forward and backward).",
            "{0}"
            "の学習1トークン当たりFLOP：通過する行列の重みの6倍と、因果的注意の半分（順伝播と逆伝播"
            "で3倍）の和。"},
    Message{"mfu_inside", "Implied MFU {0} ({1}, against {2}) lies in the usual {3} to {4}.",
            "逆算したMFUは{0}（{1}、基準は{2}）で、通常の{3}～{4}に入る。"},
    Message{"mfu_outside", "Implied MFU {0} ({1}, against {2}) lies outside the usual {3} to {4}.",
            "逆算したMFUは{0}（{1}、基準は{2}）で、通常の{3}～{4}から外れる。"},
    Message{"mfu_no_band", "Implied MFU {0} ({1}, against {2}); no usual band is registered.",
            "逆算したMFUは{0}（{1}、基準は{2}）。通常の範囲は登録されていない。"},
    Message{"mfu_other_convention", "By {1} it is {0} (against {2}).", "{1}では{0}（基準は{2}）。"},
    Message{"mfu_impossible",
            "In the reading that is kindest to the claim the MFU is {0} of {1}, above the physical "
            "bound of {2}.",
            "最も有利に読んでもMFUは{1}の{0}となり、物理的上限の{2}を超える。"},
    Message{"printed_mfu", "Printed {0}; hours and tokens imply {1} ({2}).",
            "記載は{0}、GPU時間とトークン数からは{1}（{2}）。"},
    Message{"mfu_is_hfu",
            "Printed {0} is near {1}, the utilisation with recomputed activations: a hardware "
            "figure (HFU).",
            "記載の{0}は、再計算を含めた利用率{1}に近い。HFUである。"},
    Message{
        "utilisation_above_peak",
        "{0}: no work uses more than the whole of its device's peak; another peak or other work "
        "was counted.",
        "{0}：装置のピークを超えて使うことはできず、別のピークか別の計算量で数えている。"},
    Message{"mfu_other_peak", "{0} was divided by {1}; against {2} it is {3}.",
            "{0}は{1}で割った値で、{2}に対しては{3}である。"},
    Message{"cost_from_compute_inside",
            "{0} at the market's {1} to {2} per GPU-hour implies an MFU of {3} to {4}: usual.",
            "{0}は、市場単価{1}～{2}ならMFU {3}～{4}に当たり、通常の範囲である。"},
    Message{"cost_from_compute_outside",
            "{0} at the market's {1} to {2} per GPU-hour implies an MFU of {3} to {4}: unusual.",
            "{0}は、市場単価{1}～{2}ならMFU {3}～{4}に当たり、通常の範囲から外れる。"},
    Message{"price_no_market", "{0}; the registry has no market price for this device and date.",
            "{0}。このデバイスと日付の市場価格は登録されていない。"},
    Message{"price_inside", "{0} lies in the market's {1} to {2} {3} of {4}.",
            "{0}は{4}の市場価格{1}～{2} {3}に入る。"},
    Message{"price_outside", "{0} lies outside the market's {1} to {2} {3} of {4}.",
            "{0}は{4}の市場価格{1}～{2} {3}から外れる。"},
    Message{"fleet_inside", "The devices cost {0} to {1} {2} to buy, which fits {3}.",
            "デバイスの購入額は{0}～{1} {2}で、{3}と合う。"},
    Message{"fleet_outside", "The devices cost {0} to {1} {2} to buy, which does not fit {3}.",
            "デバイスの購入額は{0}～{1} {2}で、{3}と合わない。"},
    Message{"price_ratio_by_version", "{0} holds for {1} of {2} published pairs of versions.",
            "{0}は、公表された版の組み合わせ{2}組のうち{1}組で成り立つ。"},
    Message{"power_inside",
            "{0} per device is {1} times its TDP: usual ({2} to {3} alone, {4} to {5} with node "
            "and building).",
            "デバイス当たり{0}はTDPの{1}倍で、通常の範囲（単体で{2}～{3}、ノードと建物を含めて{4}"
            "～{5}）に入る。"},
    Message{"power_outside",
            "{0} per device is {1} times its TDP: unusual ({2} to {3} alone, {4} to {5} with node "
            "and building).",
            "デバイス当たり{0}はTDPの{1}倍で、通常の範囲（単体で{2}～{3}、ノードと建物を含めて{4}"
            "～{5}）から外れる。"},
    Message{"energy_share",
            "Electricity of {2} is about {0}, {1} of its cost (published share: {3}).",
            "{2}の電力代は約{0}で、費用の{1}（公表された割合：{3}）。"},
    Message{
        "capex_is_not_a_run",
        "{0} is capital of a company over years; it cannot be compared with the cost of one run "
        "unless it is spread over the hours that the devices serve.",
        "{0}"
        "は企業の数年にわたる設備投資であり、稼働時間で割らないかぎり学習一回の費用とは比べられない"
        "。"},
    Message{"scope_not_stated", "The source does not say what the amount includes.",
            "この金額に何が含まれるかは記載されていない。"},
    Message{"peer_same_class", "{0} ({1}) is of the same class as {2} ({3}).",
            "{0}（{1}）は{2}（{3}）と同種のモデルである。"},
    Message{"peer_other_class",
            "{0} is a {1} model, {2} a {3} model: the comparison is of unlike things.",
            "{0}は{1}モデル、{2}は{3}モデルであり、異なる種類の比較である。"},
    Message{"shares_contain", "The published shares add up to {0} to {1} %, which contains {2}.",
            "公表された割合の合計は{0}～{1} %で、{2}を含む。"},
    Message{"shares_exclude",
            "The published shares add up to {0} to {1} %, which does not contain {2}.",
            "公表された割合の合計は{0}～{1} %で、{2}を含まない。"},
    Message{"variant", "Also printed as {0} (here {1}; {2}), dated {3} (here {4}).",
            "{0}とする記載もある（ここでは{1}、{2}）。日付は{3}（ここでは{4}）。"},
    Message{"run_share", "exact_causal {0} of {1}", "exact_causalで{1}の{0}"},
    Message{"run_no_share", "no utilisation: {0}", "利用率なし：{0}"},
    Message{
        "run_cpu", "Run {0} on {1}: {2}. A CPU run is no evidence about {3}; it shows the method.",
        "実行{0}（{1}）：{2}。CPUでの実行は{3}についての証拠にはならず、方法を示すだけである。"},
    Message{
        "run_other",
        "Run {0} on {1}: {2}. It is of another model or device than the claim ({3}); it shows "
        "the method.",
        "実行{0}（{1}）：{2}。主張（{3}）とはモデルまたはデバイスが異なり、方法を示すだけである。"},
    Message{"run_same", "Run {0} on {1}: {2}; the claim implies {3}.",
            "実行{0}（{1}）：{2}。主張から逆算すると{3}。"},
    Message{"probe",
            "{0}: claimed {1}; these layers on {2} imply {3} (90 %: {4} to {5}) in {7}, with "
            "communication and bubbles assumed from none to all. Scaled by: {6}.",
            "{0}：主張は{1}。{2}で計測した層（{7}）からは{3}（90 %区間：{4}～{5}"
            "）。通信とバブルは皆無から全部までと仮定。換算：{6}。"},
    Message{"probe_precision",
            "The layers were timed in {0}; products in the narrowest precision that the claim "
            "admits could bring them down to {1}.",
            "計測は{0}。主張が許す最も狭い精度の行列積なら{1}まで下がりうる。"},
    Message{"probe_missing", "{0} parts could not be reckoned and are left out.",
            "計算できない部分が{0}件あり、除外した。"},
    Message{
        "probe_no_evidence",
        "A layer probe on {1} (registry: {2}), width divided by {3}, is no evidence about {0}: "
        "evidence takes the published width on a registered accelerator. Nothing passes or "
        "fails by it.",
        "{1}（登録名：{2}、幅の除数{3}"
        "）での層の計測は、{0}についての証拠にはならない。証拠には登録済みアクセラレータで公表さ"
        "れた幅での計測が必要である。"},
    Message{"probe_shape",
            "The layer probe was made of another shape than the registry's {0}: nothing is "
            "compared.",
            "層の計測は登録された{0}とは異なる形状のもので、比較しない。"},
    Message{
        "probe_not_scaled",
        "The layers were timed on {0} (registry: {1}) and the claim's device is {2}: without the "
        "peaks of both nothing is scaled from one to the other.",
        "層の計測は{0}（登録名：{1}）、主張のデバイスは{2}"
        "。両方のピークが分からなければ換算できない。"},
    Message{"like_terms", "like terms", "条件は同じ"},
    Message{"refused", "refused: {0}", "比較不可：{0}"},
    Message{"refused_units", "units differ: {0} and {1}", "単位が異なる：{0}と{1}"},
    Message{"refused_scope", "{0} is included in {1} and excluded from {2}",
            "{0}は{1}に含まれ、{2}には含まれない"},
    Message{"refused_date", "amounts of {0} and {1} lie {2} months apart",
            "金額の日付（{0}と{1}）が{2}か月離れている"},
    Message{"refused_no_headline", "{0} states no figure", "{0}には数値の主張がない"},
    Message{"refused_capex", "{0} is capital of a company, not the cost of a run",
            "{0}は企業の設備投資であり、学習一回の費用ではない"},
    Message{"comparison_refused", "their ratio is refused", "比較不可"},
    Message{"refused_quantity", "nothing in them can be compared on like terms",
            "同じ条件で比べられる量がない"},
    Message{"like_scope_not_stated", "Included on one side, not stated on the other: {0}.",
            "片方だけが含むと明記し、もう片方は記載がない：{0}。"},
    Message{"like_scope_on_no_side", "Neither side says what it includes.",
            "どちらも何を含むか記載していない。"},
    Message{"like_date_not_stated", "A date is not stated.", "日付の記載がない。"},
    Message{"like_dates_apart", "The amounts are of {0} and {1}, {2} months apart.",
            "金額の日付は{0}と{1}で、{2}か月離れている。"},
    Message{"operands_on_unlike_devices", "The devices differ: {0} and {1}.",
            "デバイスが異なる：{0}と{1}。"},
    Message{"operands_at_unlike_precision", "The precisions differ: {0} and {1}.",
            "数値精度が異なる：{0}と{1}。"},
    Message{"operand_device_not_stated", "{0} is on {1}; {2} does not state its device.",
            "{0}は{1}による。{2}にはデバイスの記載がない。"},
    Message{"operand_precision_not_stated", "{0} is in {1}; {2} does not state its precision.",
            "{0}は{1}による。{2}には数値精度の記載がない。"},
    Message{"missing_model", "which model", "どのモデルか"},
    Message{"missing_hours", "GPU-hours, or devices and time, with a price",
            "GPU時間（または台数と時間）と単価"},
    Message{"missing_operands",
            "the two figures that are compared: of which models, of which stage",
            "比べた二つの数値（どのモデルの、どの段階か）"},
    Message{"missing_tokens", "tokens, device and sequence length", "トークン数、デバイス、系列長"},
    Message{"missing_power", "hours, power and, for carbon, the grid",
            "時間、電力、排出量なら電力網"},
    Message{"missing_inputs", "the figures that it was computed from", "計算に使われた数値"},
    Message{"missing_scope", "what it includes", "何を含むか"},
    Message{"missing_date", "the date", "日付"},
    Message{"missing_version", "which version, and its price at which date",
            "どの版の、どの日付の価格か"},
    Message{"missing_like_terms", "operands on like terms ({0})", "同じ条件の数値（{0}）"},
    Message{"input_with_value", "{0} {1}", "{0} {1}"},
    Message{"recalled_inputs", "Recalled, not read again: {0}.",
            "記憶によるもので再確認していない入力：{0}。"},
};

}  // namespace

std::span<const Message> sentence_messages() { return kSentences; }

}  // namespace assay::audit

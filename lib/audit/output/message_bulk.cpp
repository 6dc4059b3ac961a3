#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kBulk{
    Message{"rule.row_hardware", "hardware of the row", "行のハードウェア"},
    Message{"rule.row_compute", "compute column against 6 N D", "計算量の列と6 N D"},
    Message{"rule.row_base_compute", "compute of the base model", "基盤モデルの計算量"},
    Message{"rule.row_finetune_cell", "fine-tune column holds something else",
            "微調整の計算量の列に別の値"},
    Message{"rule.row_hours_hold", "hours column holds something else", "時間の列に別の値"},
    Message{"rule.row_power", "power column per device", "電力の列（1台当たり）"},
    Message{"rule.row_cost", "cost column per device-hour", "費用の列（デバイス時間当たり）"},
    Message{"rule.row_assumed_utilisation", "compute made of an assumed utilisation",
            "仮定した利用率から作られた計算量"},
    Message{"rule.row_utilisation", "utilisation column", "利用率の列"},
    Message{"row_variant_open", "\"{0}\" leaves the variant open; {1} was taken",
            "「{0}」では型が決まらないため{1}とした"},
    Message{"row_hardware_unknown",
            "\"{0}\" is not in the registry: its peak, power and price are unknown.",
            "「{0}」は登録されておらず、ピーク・電力・価格が分からない。"},
    Message{"row_hardware_candidates",
            "It may mean one of: {0}; hardware_names.toml of the registry can say which.",
            "候補：{0}。レジストリのhardware_names.tomlで対応を定められる。"},
    Message{"row_hardware_several",
            "\"{0}\" are several kinds of hardware, whose shares the row does not tell.",
            "「{0}」は複数種類のハードウェアで、行からは割合が分からない。"},
    Message{"row_compute_fits", "{0} is 6 N D ({1}).", "{0}は6 N D（{1}）である。"},
    Message{"row_compute_recomputed",
            "{0} is 8 N D where 6 N D is {1}: recomputed activations are counted.",
            "{0}は8 N Dで、6 N Dは{1}。活性値の再計算を含む。"},
    Message{"row_compute_forward", "{0} is 2 N D where 6 N D is {1}: the forward pass alone.",
            "{0}は2 N Dで、6 N Dは{1}。順伝播だけの値である。"},
    Message{"row_compute_half",
            "{0} is half of 6 N D ({1}): a multiplication and an addition counted as one.",
            "{0}は6 N D（{1}）の半分で、積和を1演算と数えている。"},
    Message{"row_compute_less",
            "{0} is {2} of 6 N D ({1}): active parameters, or data points that are no tokens.",
            "{0}は6 N D（{1}）の{2}倍で、有効パラメータ数による値か、トークンでない件数である。"},
    Message{"row_compute_more",
            "{0} is {2} times 6 N D ({1}): more data, stages or recomputation than the row tells.",
            "{0}は6 N D（{1}）の{2}倍で、行に書かれていないデータ・段階・再計算を含む。"},
    Message{"row_base_own", "{0} contains the compute of {1}: the row's own training is {2}.",
            "{0}は{1}の計算量を含む。この行自体の学習は{2}である。"},
    Message{"row_base_peak",
            "{0} is more than the row's hours give at full peak ({2}): it contains the compute of "
            "{1}.",
            "{0}は、行の時間とピークから得られる上限{2}を超えており、{1}の計算量を含む。"},
    Message{
        "row_base_unnamed",
        "{0} is far more than 6 N D of the row ({1}) and than its hours give at full peak ({2}): "
        "it is not of these hours, and may contain a base model's.",
        "{0}は、行の6ND（{1}）と、行の時間とピークから得られる上限（{2}）を大きく超える。"
        "この時間の計算量ではなく、基盤モデルの分を含む可能性がある。"},
    Message{"row_finetune_cell",
            "The cell for the fine-tune's compute holds {0}, which can be no number of FLOPs.",
            "微調整の計算量の欄は{0}で、FLOP数ではありえない。"},
    Message{"row_hours_are_wall", "{0} is the wall time, not device-hours.",
            "{0}は所要時間であり、デバイス時間ではない。"},
    Message{"row_power_inside", "{0} W per device is {1} times the TDP of {2}.",
            "1台当たり{0} Wは{2}のTDPの{1}倍である。"},
    Message{"row_power_outside", "{0} W per device is {1} times the TDP of {2}: unusual.",
            "1台当たり{0} Wは{2}のTDPの{1}倍で、通常の範囲から外れる。"},
    Message{"row_power_of_one",
            "{0} W per device is {1} times the TDP of {2}: the column holds one device's power.",
            "1台当たり{0} Wは{2}のTDPの{1}倍で、列には1台分の電力が入っている。"},
    Message{"row_cost_inside", "{0} lies between {1} (owned) and {2} (rented).",
            "{0}は、所有の{1}と賃借の{2}の間にある。"},
    Message{"row_cost_outside", "{0} lies outside {1} (owned) to {2} (rented).",
            "{0}は、所有の{1}から賃借の{2}までの範囲から外れる。"},
    Message{"row_assumed_utilisation",
            "The compute is hours times peak times {0}, a usual assumption, and so no evidence of "
            "utilisation.",
            "計算量は時間×ピーク×{0}（よく使われる仮定）であり、利用率の証拠にはならない。"},
    Message{"row_mfu_percent", "A utilisation of {0} is in percent where shares are expected.",
            "利用率{0}は、割合ではなくパーセントで書かれている。"},
    Message{"row_mfu_absurd", "A utilisation of {0} is neither a share nor in percent.",
            "利用率{0}は、割合でもパーセントでもない。"},
    Message{"bulk_head", "{0}: {1} rows, {2} of them cannot be read",
            "{0}：{1}行（うち読めない行{2}）"},
    Message{"bulk_verdicts", "Verdicts (rows)", "判定（行数）"},
    Message{"bulk_fails", "Rules that fail (rows)", "不整合とした規則（行数）"},
    Message{"bulk_flags", "Rules that flag (rows)", "注意とした規則（行数）"},
    Message{"bulk_hardware_candidates", "{0} (may mean: {1})", "{0}（候補：{1}）"},
    Message{"bulk_unknown_hardware", "Hardware that is not in the registry (rows)",
            "登録されていないハードウェア（行数）"},
    Message{"bulk_mfu_by_year", "Implied utilisation by year: median of compute / (hours x peak)",
            "年ごとの逆算利用率：計算量÷（時間×ピーク）の中央値"},
    Message{"bulk_mfu_by_device", "Implied utilisation by device", "デバイスごとの逆算利用率"},
    Message{"bulk_faults", "Rows that cannot be read", "読めない行"},
};

}  // namespace

std::span<const Message> bulk_messages() { return kBulk; }

}  // namespace assay::audit

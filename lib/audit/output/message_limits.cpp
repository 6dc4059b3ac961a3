#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kLimits{
    Message{"building_counted_twice",
            "{0} It fits only where the building (PUE), which the printed energy holds already, is "
            "counted again.",
            "{0}記載の電力量に既に含まれる建物の分（PUE）を再び掛けた場合にのみ一致する。"},
    Message{"rule.source_read_before_published", "source read before it was published",
            "公開前に読まれた資料"},
    Message{"source_read_before_published", "The source {0} was read on {1} and published on {2}.",
            "資料{0}の閲覧日は{1}、公開日は{2}。"},
    Message{"rule.claim_after_reading", "claim later than the reading of its source",
            "資料の閲覧より後の主張"},
    Message{"claim_after_reading", "The claim is of {0}; its source {1} was read on {2}.",
            "主張の日付は{0}だが、資料{1}の閲覧日は{2}。"},
    Message{"rule.pue_below_one", "PUE below one", "1未満のPUE"},
    Message{
        "pue_below_one",
        "A PUE of {0} would be a building that draws less than the machines in it; heat that is "
        "used again is no part of a PUE.",
        "PUE {0}では、建物全体の電力が内部の機器より小さいことになる。"
        "再利用された熱はPUEに含まれない。"},
    Message{"rule.node_factor_below_one", "node power below its devices'",
            "デバイスより小さいノード電力"},
    Message{"node_factor_below_one", "{0}: a node draws at least what its devices draw.",
            "{0}：ノードの電力はデバイスの電力を下回らない。"},
    Message{"rule.load_above_one", "mean power above the highest", "最大を超える平均電力"},
    Message{"load_above_one", "{0}: a mean is at most the highest power.",
            "{0}：平均は最大電力を超えない。"},
    Message{"rule.printed_power_outside", "printed power against the rated one",
            "記載された電力と定格"},
    Message{"printed_power_outside",
            "{0} is {1} of the rated power of {2} ({3}); a device in training draws {4} to {5} of "
            "it, its node and building included.",
            "{0}は{2}の定格（{3}）の{1}倍に当たる。学習中のデバイスはノードと建物を含めて{4}～{5}"
            "倍である。"},
    Message{"rule.achieved_above_peak", "achieved FLOP/s above what the device can do",
            "デバイスの能力を超える実効FLOP/s"},
    Message{"achieved_above_peak",
            "{0} is {1} of {2} ({3}); beyond {4} no training is known to get.",
            "{0}は{2}（{3}）の{1}に当たる。学習で{4}を超えた例は知られていない。"},
    Message{"rule.utilisation_above_bound", "printed MFU above the physical bound",
            "物理的上限を超えるMFU"},
    Message{"utilisation_above_bound", "{0} is more than the {1} that any training could get.",
            "{0}は、学習で到達しうる{1}を超える。"},
    Message{
        "devices_not_always_used",
        "{0} Devices that are held are not always at work, nor at the speed of a steady step: they "
        "would have been for {1} of the time.",
        "{0}確保したデバイスが常に定常速度で稼働しているとは限らない。稼働は時間の{1}に当たる。"},
    Message{"amount_holds_more",
            "{0} The amount is said to hold more than the rent of these hours.",
            "{0}この金額は、この時間の賃借料以外も含むとされている。"},
    Message{"hours_hold_more",
            "{0} The hours are said to hold further runs or stages than those of this time.",
            "{0}この時間数は、この期間以外の学習や段階も含むとされている。"},
    Message{"rule.stages_exceed_total", "a stage above the whole", "全体を超える段階"},
    Message{"stages_exceed_total",
            "The stages alone come to {0}, more than the whole ({1}); {2} cannot shrink by adding.",
            "段階だけで{0}となり、全体（{1}）を超える。{2}は合計すると減ることはない。"},
    Message{"stage_exceeds_most", "{0}: {1} is more than the whole has ({2}): {3}.",
            "{0}：{1}は全体（{2}）を超える：{3}。"},
    Message{"rule.active_exceed_stored", "active parameters above the stored ones",
            "総数を超える有効パラメータ数"},
    Message{"active_exceed_stored",
            "{0} are active where {1} are stored ({2} times as many); the active are some of the "
            "stored.",
            "有効{0}に対し総数{1}（{2}倍）。有効パラメータは総数の一部である。"},
    Message{"rule.tokens_below_parameters", "far fewer tokens than parameters",
            "パラメータ数に比べて極端に少ないトークン数"},
    Message{
        "tokens_below_parameters",
        "{0} for {1}: nobody trains from the start on so few; the two may be mixed up, or in "
        "other units.",
        "{1}に対して{0}は、最初からの学習としては極端に少ない。取り違えか単位の違いかもしれない。"},
    Message{"rule.quantities_mixed_up", "one quantity's number stands for another", "別の量の数値"},
    Message{"quantities_mixed_up", "{0} is {1}, the number of another quantity: {2}, {3}.",
            "{0}の{1}は、別の量（{2}、{3}）と同じ数値である。"},
};

}  // namespace

std::span<const Message> limit_messages() { return kLimits; }

}  // namespace assay::audit

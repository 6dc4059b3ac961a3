#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kBounds{
    Message{"mfu_inside_narrow",
            "Implied MFU {0} ({1}, against {2}) is {3} of {4}, which lies in the usual {5} to {6}.",
            "逆算したMFUは{0}（{1}、基準は{2}）で、{4}に対しては{3}となり、通常の{5}～{6}に入る。"},
    Message{"rule.beyond_all_published", "beyond everything published of its kind",
            "公表されたどの値からも外れる値"},
    Message{"published_range", "all that is published", "公表された値の範囲"},
    Message{
        "above_all_published",
        "{0} is more than half again above all that is published ({1}: {2} to {3} {4}); another "
        "unit or quantity may be meant.",
        "{0}は、公表された値（{1}：{2}～{3} {4}）の上限の1.5倍を超える。"
        "単位か量の取り違えかもしれない。"},
    Message{"below_all_published",
            "{0} is less than two thirds of the lowest that is published ({1}: {2} to {3} {4}); "
            "another unit or quantity may be meant.",
            "{0}は、公表された値（{1}：{2}～{3} {4}）の下限の3分の2に満たない。"
            "単位か量の取り違えかもしれない。"},
    Message{"share_above_highest",
            "{0}: even of {1} ({2}), the highest dense peak of the device that its precision "
            "leaves, it would be {3}; no training gets more than {4} of that.",
            "{0}：この精度でデバイスが持つ最大のピーク{1}（{2}）に対しても{3}となる。"
            "学習で{4}を超えることはない。"},
    Message{"share_above_any",
            "{0}: no device is stated; even of {1} ({2}), whose narrow precision is furthest above "
            "its 16-bit peak, it would be {3}; no training gets more than {4} of that.",
            "{0}：デバイスの記載がない。16ビットのピークを最も上回る{1}（{2}）に対しても{3}となる。"
            "学習で{4}を超えることはない。"},
    Message{
        "share_of_narrower",
        "{0}: more than the whole of a 16-bit peak, which only work in a narrower precision can "
        "be; of {1} ({2}) it would be {3}.",
        "{0}：16ビットのピークを超えており、より狭い精度での計算の場合に限られる。"
        "{1}（{2}）に対しては{3}となる。"},
    Message{"rule.hfu_below_mfu", "HFU below MFU", "MFUを下回るHFU"},
    Message{"hfu_below_mfu",
            "An HFU of {0} beside an MFU of {1}: hardware FLOPs are those of the model and those "
            "that are computed again.",
            "HFU {0}に対しMFU {1}。ハードウェアのFLOPはモデルのFLOPと再計算の分との和である。"},
    Message{"rule.paid_use_above_one", "share of time above one", "1を超える時間割合"},
    Message{"paid_use_above_one", "{0}: no device is in use for more than the whole time.",
            "{0}：デバイスが全時間を超えて使われることはない。"},
    Message{"rule.electricity_above_money", "electricity above the whole cost",
            "費用全体を超える電気料金"},
    Message{"part_above_whole", "{0}, {1}, is more than {2}, {3}; {4}.",
            "{0}（{1}）が{2}（{3}）を超える。{4}。"},
    Message{"part_is_stated", "the claim says that the one is in the other",
            "前者は後者に含まれると記載されている"},
    Message{"part_is_not_stated", "whether the one is in the other is not stated",
            "前者が後者に含まれるかは記載がない"},
    Message{"rule.shares_above_whole", "shares above the whole", "全体を超える割合の合計"},
    Message{
        "shares_above_whole",
        "The shares {0} come to at least {1} of one whole; they hold some of it twice or do not "
        "fit.",
        "割合{0}の合計は少なくとも{1}で、全体を超える。重複しているか、両立しない。"},
    Message{"rule.rate_unlike_registered", "exchange rate unlike the registered one",
            "登録値と異なる為替レート"},
    Message{
        "rate_unlike_registered",
        "{0} is a rate of {1}; the registered one of that time is {2}, and rates move by 15 % in "
        "a year.",
        "{0}は{1}に当たるが、その時期の登録値は{2}で、1年間の変動は15 %ほどである。"},
    Message{"rule.date_in_the_future", "date in the future", "未来の日付"},
    Message{"date_in_the_future", "{0} is later than the day of this audit ({1}).",
            "{0}は、この監査の日（{1}）より後である。"},
    Message{"cost_from_compute_reaches",
            "{0} at the market's {1} to {2} per GPU-hour implies an MFU of {3} to {4}; the usual "
            "{5} to {6} is reached at some of these prices, not at all of them.",
            "{0}は、市場単価{1}～{2}ならMFU {3}～{4}に当たる。通常の{5}～{6}"
            "となるのはこの単価の一部においてである。"},
    Message{"missing_share_inputs",
            "FLOP/s per device with the peak, or model, tokens, GPU-hours and device",
            "デバイスあたりのFLOP/sとピーク性能、またはモデル、トークン数、GPU時間、デバイス"},
    Message{"missing_price", "a price per GPU-hour, or the device with its market at the date",
            "GPU時間単価、またはデバイスとその時点の市場価格"},
};

}  // namespace

std::span<const Message> bound_messages() { return kBounds; }

}  // namespace assay::audit

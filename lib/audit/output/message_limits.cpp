#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kLimits{
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
};

}  // namespace

std::span<const Message> limit_messages() { return kLimits; }

}  // namespace assay::audit

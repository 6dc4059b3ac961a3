#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kRunMessages{
    Message{"runs_heading", "To a validation loss of {0} nats a token ({1}), on {2}:",
            "検証損失{0}ナット／トークン（{1}）に達するまで、{2}で："},
    Message{"runs_setting", "runs: {0} (seeds {1}); parameters: {2}",
            "実行数：{0}（シード{1}）、パラメータ数：{2}"},
    Message{"runs_device_time", "device time", "デバイス時間"},
    Message{"runs_tokens", "tokens", "トークン数"},
    Message{"runs_cheaper",
            "{0} is cheaper than {1} to {2}: {3} times its device time, {4} times its tokens.",
            "損失{2}まで{0}は{1}より安い：デバイス時間は{3}倍、トークン数は{4}倍。"},
    Message{"runs_dearer",
            "{0} is dearer than {1} to {2}: {3} times its device time, {4} times its tokens.",
            "損失{2}まで{0}は{1}より高い：デバイス時間は{3}倍、トークン数は{4}倍。"},
    Message{
        "runs_not_told_apart",
        "{0} and {1} are not told apart to {2}: {3} times the device time, {4} times the tokens.",
        "損失{2}まで{0}と{1}の差は区別できない：デバイス時間は{3}倍、トークン数は{4}倍。"},
    Message{"runs_one_seed",
            "{0} over {1} to {2}: {3} times the device time, {4} times the tokens; of one seed, so "
            "nothing is concluded.",
            "損失{2}まで{0}は{1}に対しデバイス時間{3}倍、トークン数{4}倍。"
            "シードが一つなので結論は出さない。"},
    Message{"note_other_binaries", "Note: the runs were made by different builds of the program.",
            "注：実行に使われたプログラムのビルドが異なる。"},
    Message{"note_unsteady",
            "Note: the device's ceiling, measured at each start, differs by more than 10 %: "
            "something else may have run beside.",
            "注：開始時に測ったデバイスの上限が10 %以上異なる。別の処理が動いていた可能性がある。"},
    Message{"note_one_seed",
            "Note: a setting with one seed has no interval; train.seed gives further ones.",
            "注：シードが一つの設定には区間がない。train.seedで増やせる。"},
    Message{
        "runs_left_out",
        "Device time is that of the steps that count; startup, evaluation, checkpoints and lost "
        "steps are left out. Intervals are 90 % ones of the seeds.",
        "デバイス時間は有効なステップのもので、起動・評価・チェックポイント・失われたステップ"
        "を除く。区間はシードによる90 %区間である。"},
};

}  // namespace

std::span<const Message> run_messages() { return kRunMessages; }

}  // namespace assay::audit

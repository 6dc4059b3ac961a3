#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kRolloutMessages{
    Message{"rule.rollouts_from_steps", "steps x prompts x samples = rollouts",
            "ステップ数×問題数×サンプル数＝ロールアウト数"},
    Message{"rule.sampled_tokens_from_rollouts", "rollouts x length = sampled tokens",
            "ロールアウト数×長さ＝生成トークン数"},
    Message{"rule.sampled_tokens_from_steps", "steps x prompts x samples x length = sampled tokens",
            "ステップ数×問題数×サンプル数×長さ＝生成トークン数"},
    Message{"rule.time_per_rollout", "device time of one rollout", "1ロールアウトのデバイス時間"},
    Message{"time_per_rollout", "{0} rollouts: {1} device-seconds each, learning from it included.",
            "{0}件のロールアウトで、学習を含め1件当たり{1}デバイス秒。"},
    Message{"rule.rollout_floor", "hours against what sampling takes at least",
            "GPU時間とサンプリングの下限"},
    Message{"rollouts_possible",
            "{0} sampled tokens take at least {1} GPU-hours to sample and {2} with learning from "
            "them, at 80 % of {4}; {3} are printed.",
            "{0}トークンの生成には{4}の80 %でも最低{1}GPU時間、学習を含めると{2}GPU時間かかる。"
            "記載は{3}。"},
    Message{"rollouts_no_learning",
            "{0} sampled tokens take at least {1} GPU-hours to sample and {2} with learning from "
            "them, at 80 % of {4}; the {3} that are printed leave too little to learn from all.",
            "{0}トークンの生成には{4}の80 %でも最低{1}GPU時間、学習を含めると{2}GPU時間かかる。"
            "記載の{3}では全てから学習する時間がない。"},
    Message{
        "rollouts_impossible",
        "{0} sampled tokens take at least {1} GPU-hours at 80 % of {4} ({2} with learning); {3} "
        "are printed.",
        "{0}トークンの生成には{4}の80 %でも最低{1}GPU時間（学習を含め{2}）かかるが、記載は{3}。"},
    Message{"rule.sampling_time", "sampled tokens / decode throughput against the hours",
            "生成トークン数÷復号スループットとGPU時間"},
    Message{"sampling_within", "Sampling takes {0} of the {1} GPU-hours ({2}).",
            "サンプリングは{1}GPU時間のうち{0}（{2}）。"},
    Message{"sampling_beyond",
            "Sampling alone takes {0} GPU-hours at the stated throughput; {1} are printed ({2}).",
            "記載のスループットではサンプリングだけで{0}GPU時間かかるが、記載は{1}（{2}）。"},
    Message{"rule.price_against_serving", "price against what a device can serve",
            "料金とデバイスの処理能力"},
    Message{"price_pays_from", "{0} pays for a {3} at {4} from {1} token/s; it can do {2} at most.",
            "{0}は、{3}（{4}）の費用を{1} token/s以上で賄う。上限は{2} token/sである。"},
    Message{"price_pays_never",
            "{0} would pay for a {3} at {4} from {1} token/s, and it can do {2} at most: the price "
            "is below what serving costs.",
            "{0}が{3}（{4}）の費用を賄うには{1} token/sが必要だが、上限は{2} token/s"
            "である。料金は処理の費用を下回る。"},
    Message{"serving_no_device",
            "{0}: no device is published that serves it, so there is nothing to hold it against.",
            "{0}：処理するデバイスが公表されておらず、比べるものがない。"},
    Message{"serving_no_price",
            "{0}: no price of the device is known at that date and in that currency.",
            "{0}：その日付と通貨のデバイス単価が分からない。"},
    Message{"rule.cost_of_serving", "price against serving at the published throughput",
            "料金と公表スループットでの費用"},
    Message{"serving_pays", "{0}; serving costs {1} to {2} {3} ({4}).",
            "{0}。処理の費用は{1}～{2} {3}（{4}）。"},
    Message{"serving_below_cost", "{0} is less than serving costs: {1} to {2} {3} ({4}).",
            "{0}は処理の費用{1}～{2} {3}を下回る（{4}）。"},
    Message{"serving_always_busy", "devices busy at all times, the kindest reading",
            "常に稼働と仮定した最も有利な読み"},
    Message{"rule.price_against_published_serving", "price against published serving",
            "料金と公表された推論サービスの費用"},
    Message{"published_serving_pays",
            "{0}; serving cost {1} to {2} {3} where its throughput is published ({5}), least with "
            "{4}.",
            "{0}。スループットが公表された例での費用は{1}～{2} {3}（{5}）。最少は{4}。"},
    Message{
        "published_serving_below",
        "{0} is less than serving cost wherever its throughput is published: {1} to {2} {3} "
        "({5}), least with {4}.",
        "{0}は、スループットが公表されたどの例の費用（{1}～{2} {3}、{5}）も下回る。最少は{4}。"},
    Message{"table_serving", "Published serving against {0} of {1} ({2})",
            "公表された推論サービスと{0} {1}（{2}）"},
    Message{"column_serving", "served with", "提供"},
    Message{"column_rate", "a device", "1台当たり"},
    Message{"column_hour", "a device-hour", "デバイス1時間"},
    Message{"column_mtoken", "a million tokens", "100万トークン"},
    Message{"rule.serving_rate_above_bound", "throughput above what the device can do",
            "デバイスの能力を超えるスループット"},
    Message{
        "serving_rate_above_bound",
        "{0} is more than the {1} token/s of one forward pass a token on {2}: it may be that of "
        "several devices.",
        "{0}は、{2}で1トークン1回の順伝播が可能な{1} "
        "token/sを超える。複数台の値の可能性がある。"},
    Message{"rule.own_generation", "price against own generation", "料金と自分の生成の費用"},
    Message{"gen_decode", "decode", "復号"},
    Message{"gen_prefill", "prefill", "プリフィル"},
    Message{"gen_rate",
            "Run {0} on {1}: {2} token/s a device in {3} ({4}, up to {5} sequences at once; its "
            "devices were busy for {6} of the time held)",
            "実行{0}（{1}）：{3}は1台当たり{2} token/s（{4}、同時に最大{5}系列、稼働率{6}）"},
    Message{"gen_own_cost", ", {0} {1}/Mtoken while busy at its own rent of {2}",
            "、自身の単価{2}で稼働中は{0} {1}/Mtoken"},
    Message{"gen_cpu", "{0}. A CPU run is no evidence about {1}; it shows the method.",
            "{0}。CPUでの実行は{1}についての証拠にはならず、方法を示すだけである。"},
    Message{"gen_device", "{0}. It is of another device than the claim ({1}); it shows the method.",
            "{0}。主張（{1}）とはデバイスが異なり、方法を示すだけである。"},
    Message{"gen_model",
            "{0}. It is of a model of another shape than the claim's ({1}); it shows the method.",
            "{0}。主張（{1}）とはモデルの形状が異なり、方法を示すだけである。"},
    Message{"gen_fp32", "{0}. In fp32 it is no evidence about what is served in 16 bits or fewer.",
            "{0}。fp32での実行は16ビット以下での提供についての証拠にはならない。"},
    Message{"gen_no_price",
            "{0}. No price of the device is known at that date and in that currency.",
            "{0}。その日付と通貨のデバイス単価が分からない。"},
    Message{"gen_covers", "{0}. That is {1} to {2} {3} ({5}); {4} covers it.",
            "{0}。費用は{1}～{2} {3}（{5}）で、{4}はこれを賄う。"},
    Message{"gen_below",
            "{0}. That is {1} to {2} {3} ({5}); {4} is less. Another program may be faster.",
            "{0}。費用は{1}～{2} {3}（{5}）で、{4}はこれを下回る。"
            "他のプログラムはより速い可能性がある。"},
    Message{"cost_model.rollouts", "reinforcement learning from rollouts",
            "ロールアウトからの強化学習"},
    Message{"cost_needs_rollouts",
            "rollouts, their length or the decode throughput are not published",
            "ロールアウト数・長さ・復号スループットのいずれかが公表されていない"},
};

}  // namespace

std::span<const Message> rollout_messages() { return kRolloutMessages; }

}  // namespace assay::audit

#include "audit/claims/figure_role.h"

#include <array>

namespace assay::audit {
namespace {

constexpr std::array kRoles{
    FigureRole{"hours", Dimension::kGpuHours, "gpu_h", "GPU-hours", "GPU時間", true},
    FigureRole{"money", Dimension::kMoney, "USD", "cost", "費用", true},
    FigureRole{"price", Dimension::kMoneyPerGpuHour, "USD/gpu_h", "price per GPU-hour",
               "GPU時間単価"},
    FigureRole{"devices", Dimension::kDevices, "gpu", "devices", "デバイス台数"},
    FigureRole{"nodes", Dimension::kCount, "count", "nodes", "ノード数"},
    FigureRole{"devices_per_node", Dimension::kDevices, "gpu", "devices per node",
               "ノード当たり台数"},
    FigureRole{"wall", Dimension::kSeconds, "day", "wall time", "所要時間"},
    FigureRole{"tokens", Dimension::kTokens, "token", "tokens", "トークン数", true},
    FigureRole{"hours_per_token", Dimension::kGpuHoursPerToken, "gpu_h/Ttoken",
               "GPU-hours per token", "トークン当たりGPU時間"},
    FigureRole{"wall_per_token", Dimension::kSecondsPerToken, "day/Ttoken", "wall time per token",
               "トークン当たり所要時間"},
    FigureRole{"throughput", Dimension::kTokensPerSecond, "token/day", "throughput",
               "スループット"},
    FigureRole{"device_throughput", Dimension::kTokensPerSecondPerDevice, "token/s/gpu",
               "throughput per device", "デバイス当たりスループット"},
    FigureRole{"seq_len", Dimension::kTokens, "token", "sequence length", "系列長"},
    FigureRole{"params", Dimension::kParameters, "param", "parameters", "パラメータ数"},
    FigureRole{"active_params", Dimension::kParameters, "param", "active parameters",
               "有効パラメータ数"},
    FigureRole{"flops", Dimension::kFlops, "FLOP", "training compute", "学習計算量", true},
    FigureRole{"flops_per_token", Dimension::kFlopsPerToken, "GFLOP/token", "FLOPs per token",
               "トークン当たりFLOP"},
    FigureRole{"achieved", Dimension::kFlopsPerSecond, "TFLOP/s", "achieved FLOP/s per device",
               "デバイス当たり実効FLOP/s"},
    FigureRole{"peak", Dimension::kFlopsPerSecond, "TFLOP/s", "peak FLOP/s per device",
               "デバイスのピークFLOP/s"},
    FigureRole{"mfu", Dimension::kRatio, "%", "MFU, convention not stated",
               "MFU（計算法の記載なし）"},
    FigureRole{"mfu_six_nd", Dimension::kRatio, "%", "MFU (6ND)", "MFU（6ND）"},
    FigureRole{"mfu_causal", Dimension::kRatio, "%", "MFU (exact causal)", "MFU（因果的注意）"},
    FigureRole{"mfu_full", Dimension::kRatio, "%", "MFU (exact full)", "MFU（全注意）"},
    FigureRole{"hfu", Dimension::kRatio, "%", "HFU (with recomputed activations)",
               "HFU（再計算を含む）"},
    FigureRole{"energy", Dimension::kEnergy, "MWh", "energy", "電力量", true},
    FigureRole{"power", Dimension::kPower, "W", "power per device", "デバイス当たり電力"},
    FigureRole{"node_factor", Dimension::kRatio, "x", "node power over device power",
               "ノード電力÷デバイス電力"},
    FigureRole{"load", Dimension::kRatio, "x", "mean power over maximum", "平均電力÷最大電力"},
    FigureRole{"pue", Dimension::kRatio, "x", "PUE", "PUE"},
    FigureRole{"tariff", Dimension::kMoneyPerEnergy, "USD/kWh", "electricity tariff", "電力単価"},
    FigureRole{"electricity", Dimension::kMoney, "USD", "cost of electricity", "電気料金", true},
    FigureRole{"carbon", Dimension::kCarbon, "tCO2e", "carbon", "CO2排出量", true, true},
    FigureRole{"embodied_carbon", Dimension::kCarbon, "tCO2e", "embodied carbon",
               "製造に伴うCO2排出量", true, true},
    FigureRole{"carbon_intensity", Dimension::kCarbonPerEnergy, "gCO2e/kWh", "carbon intensity",
               "炭素強度", false, true},
    FigureRole{"steps", Dimension::kCount, "count", "steps", "ステップ数"},
    FigureRole{"prompts", Dimension::kCount, "count", "prompts per step", "ステップ当たり問題数"},
    FigureRole{"samples", Dimension::kCount, "count", "samples per prompt", "問題当たりサンプル数"},
    FigureRole{"rollouts", Dimension::kCount, "count", "rollouts", "ロールアウト数"},
    FigureRole{"prompt_tokens", Dimension::kTokens, "token", "prompt tokens of a rollout",
               "ロールアウト当たり入力トークン数"},
    FigureRole{"response_tokens", Dimension::kTokens, "token", "sampled tokens of a rollout",
               "ロールアウト当たり生成トークン数"},
    FigureRole{"sampled_tokens", Dimension::kTokens, "token", "sampled tokens",
               "生成トークン数の合計"},
    FigureRole{"prefill_rate", Dimension::kTokensPerSecondPerDevice, "token/s/gpu",
               "prefill throughput per device", "デバイス当たり入力処理スループット"},
    FigureRole{"decode_rate", Dimension::kTokensPerSecondPerDevice, "token/s/gpu",
               "decode throughput per device", "デバイス当たり復号スループット"},
    FigureRole{"utilisation", Dimension::kRatio, "%", "share of time in paid use",
               "有償利用の時間割合"},
    FigureRole{"input_price", Dimension::kMoneyPerMillionTokens, "USD/Mtoken", "price of input",
               "入力料金"},
    FigureRole{"output_price", Dimension::kMoneyPerMillionTokens, "USD/Mtoken", "price of output",
               "出力料金"},
};

}  // namespace

std::span<const FigureRole> figure_roles() { return kRoles; }

const FigureRole* find_role(std::string_view name) {
  for (const FigureRole& role : kRoles) {
    if (role.name == name) return &role;
  }
  return nullptr;
}

std::vector<std::string_view> role_names() {
  std::vector<std::string_view> names;
  for (const FigureRole& role : kRoles) names.push_back(role.name);
  return names;
}

std::string_view role_title(std::string_view name, Language language) {
  const FigureRole* role = find_role(name);
  if (role == nullptr) return name;
  return language == Language::kJapanese ? role->ja : role->en;
}

}  // namespace assay::audit

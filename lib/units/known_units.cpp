#include "units/known_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <utility>

namespace assay {
namespace {

constexpr double kDay = 86400;
constexpr double kMonth = 2629800;  // a twelfth of 365.25 days
constexpr double kYear = 31557600;

// Base unit of a dimension = its first row with factor 1.
constexpr std::array kUnits{
    KnownUnit{"gpu_h", Dimension::kGpuHours, 1},
    KnownUnit{"kgpu_h", Dimension::kGpuHours, 1e3},
    KnownUnit{"Mgpu_h", Dimension::kGpuHours, 1e6},
    KnownUnit{"gpu_s", Dimension::kGpuHours, 1.0 / 3600},
    KnownUnit{"gpu_day", Dimension::kGpuHours, 24},
    KnownUnit{"gpu_week", Dimension::kGpuHours, 168},
    KnownUnit{"gpu_month", Dimension::kGpuHours, kMonth / 3600},
    KnownUnit{"gpu_year", Dimension::kGpuHours, kYear / 3600},
    KnownUnit{"gpu", Dimension::kDevices, 1},
    KnownUnit{"s", Dimension::kSeconds, 1},
    KnownUnit{"ms", Dimension::kSeconds, 1e-3},
    KnownUnit{"min", Dimension::kSeconds, 60},
    KnownUnit{"h", Dimension::kSeconds, 3600},
    KnownUnit{"day", Dimension::kSeconds, kDay},
    KnownUnit{"week", Dimension::kSeconds, 7 * kDay},
    KnownUnit{"month", Dimension::kSeconds, kMonth},
    KnownUnit{"year", Dimension::kSeconds, kYear},
    KnownUnit{"FLOP", Dimension::kFlops, 1},
    KnownUnit{"GFLOP", Dimension::kFlops, 1e9},
    KnownUnit{"TFLOP", Dimension::kFlops, 1e12},
    KnownUnit{"PFLOP", Dimension::kFlops, 1e15},
    KnownUnit{"EFLOP", Dimension::kFlops, 1e18},
    KnownUnit{"ZFLOP", Dimension::kFlops, 1e21},
    KnownUnit{"YFLOP", Dimension::kFlops, 1e24},
    KnownUnit{"PFLOP/s_day", Dimension::kFlops, 1e15 * kDay},
    KnownUnit{"FLOP/s", Dimension::kFlopsPerSecond, 1},
    KnownUnit{"GFLOP/s", Dimension::kFlopsPerSecond, 1e9},
    KnownUnit{"TFLOP/s", Dimension::kFlopsPerSecond, 1e12},
    KnownUnit{"PFLOP/s", Dimension::kFlopsPerSecond, 1e15},
    KnownUnit{"EFLOP/s", Dimension::kFlopsPerSecond, 1e18},
    KnownUnit{"FLOP/token", Dimension::kFlopsPerToken, 1},
    KnownUnit{"MFLOP/token", Dimension::kFlopsPerToken, 1e6},
    KnownUnit{"GFLOP/token", Dimension::kFlopsPerToken, 1e9},
    KnownUnit{"TFLOP/token", Dimension::kFlopsPerToken, 1e12},
    KnownUnit{"token", Dimension::kTokens, 1},
    KnownUnit{"ktoken", Dimension::kTokens, 1e3},
    KnownUnit{"Mtoken", Dimension::kTokens, 1e6},
    KnownUnit{"Gtoken", Dimension::kTokens, 1e9},
    KnownUnit{"Btoken", Dimension::kTokens, 1e9},
    KnownUnit{"Ttoken", Dimension::kTokens, 1e12},
    KnownUnit{"token/s", Dimension::kTokensPerSecond, 1},
    KnownUnit{"ktoken/s", Dimension::kTokensPerSecond, 1e3},
    KnownUnit{"Mtoken/s", Dimension::kTokensPerSecond, 1e6},
    KnownUnit{"token/day", Dimension::kTokensPerSecond, 1 / kDay},
    KnownUnit{"Gtoken/day", Dimension::kTokensPerSecond, 1e9 / kDay},
    KnownUnit{"Ttoken/day", Dimension::kTokensPerSecond, 1e12 / kDay},
    KnownUnit{"token/s/gpu", Dimension::kTokensPerSecondPerDevice, 1},
    KnownUnit{"ktoken/s/gpu", Dimension::kTokensPerSecondPerDevice, 1e3},
    KnownUnit{"s/token", Dimension::kSecondsPerToken, 1},
    KnownUnit{"ms/token", Dimension::kSecondsPerToken, 1e-3},
    KnownUnit{"h/Ttoken", Dimension::kSecondsPerToken, 3600e-12},
    KnownUnit{"day/Ttoken", Dimension::kSecondsPerToken, 86400e-12},
    KnownUnit{"param", Dimension::kParameters, 1},
    KnownUnit{"kparam", Dimension::kParameters, 1e3},
    KnownUnit{"Mparam", Dimension::kParameters, 1e6},
    KnownUnit{"Gparam", Dimension::kParameters, 1e9},
    KnownUnit{"Bparam", Dimension::kParameters, 1e9},
    KnownUnit{"Tparam", Dimension::kParameters, 1e12},
    KnownUnit{"B", Dimension::kBytes, 1},
    KnownUnit{"kB", Dimension::kBytes, 1e3},
    KnownUnit{"MB", Dimension::kBytes, 1e6},
    KnownUnit{"GB", Dimension::kBytes, 1e9},
    KnownUnit{"TB", Dimension::kBytes, 1e12},
    KnownUnit{"KiB", Dimension::kBytes, 1024.0},
    KnownUnit{"MiB", Dimension::kBytes, 1048576.0},
    KnownUnit{"GiB", Dimension::kBytes, 1073741824.0},
    KnownUnit{"TiB", Dimension::kBytes, 1099511627776.0},
    KnownUnit{"B/s", Dimension::kBytesPerSecond, 1},
    KnownUnit{"MB/s", Dimension::kBytesPerSecond, 1e6},
    KnownUnit{"GB/s", Dimension::kBytesPerSecond, 1e9},
    KnownUnit{"TB/s", Dimension::kBytesPerSecond, 1e12},
    KnownUnit{"J", Dimension::kEnergy, 1},
    KnownUnit{"kJ", Dimension::kEnergy, 1e3},
    KnownUnit{"MJ", Dimension::kEnergy, 1e6},
    KnownUnit{"GJ", Dimension::kEnergy, 1e9},
    KnownUnit{"TJ", Dimension::kEnergy, 1e12},
    KnownUnit{"Wh", Dimension::kEnergy, 3.6e3},
    KnownUnit{"kWh", Dimension::kEnergy, 3.6e6},
    KnownUnit{"MWh", Dimension::kEnergy, 3.6e9},
    KnownUnit{"GWh", Dimension::kEnergy, 3.6e12},
    KnownUnit{"TWh", Dimension::kEnergy, 3.6e15},
    KnownUnit{"W", Dimension::kPower, 1},
    KnownUnit{"kW", Dimension::kPower, 1e3},
    KnownUnit{"MW", Dimension::kPower, 1e6},
    KnownUnit{"GW", Dimension::kPower, 1e9},
    KnownUnit{"kgCO2e", Dimension::kCarbon, 1},
    KnownUnit{"gCO2e", Dimension::kCarbon, 1e-3},
    KnownUnit{"tCO2e", Dimension::kCarbon, 1e3},
    KnownUnit{"ktCO2e", Dimension::kCarbon, 1e6},
    KnownUnit{"MtCO2e", Dimension::kCarbon, 1e9},
    KnownUnit{"kgCO2e/kWh", Dimension::kCarbonPerEnergy, 1},
    KnownUnit{"gCO2e/kWh", Dimension::kCarbonPerEnergy, 1e-3},
    KnownUnit{"kgCO2e/MWh", Dimension::kCarbonPerEnergy, 1e-3},
    KnownUnit{"tCO2e/MWh", Dimension::kCarbonPerEnergy, 1},
    KnownUnit{"x", Dimension::kRatio, 1},
    KnownUnit{"%", Dimension::kRatio, 0.01},
    KnownUnit{"gpu_h/token", Dimension::kGpuHoursPerToken, 1},
    KnownUnit{"gpu_h/Gtoken", Dimension::kGpuHoursPerToken, 1e-9},
    KnownUnit{"gpu_h/Ttoken", Dimension::kGpuHoursPerToken, 1e-12},
    KnownUnit{"count", Dimension::kCount, 1},
};

constexpr std::array kMoneyUnits{
    KnownUnit{"", Dimension::kMoney, 1},
    KnownUnit{"/gpu_h", Dimension::kMoneyPerGpuHour, 1},
    KnownUnit{"/Mtoken", Dimension::kMoneyPerMillionTokens, 1},
    KnownUnit{"/token", Dimension::kMoneyPerMillionTokens, 1e6},
    KnownUnit{"/ktoken", Dimension::kMoneyPerMillionTokens, 1e3},
    KnownUnit{"/Gtoken", Dimension::kMoneyPerMillionTokens, 1e-3},
    KnownUnit{"/month", Dimension::kMoneyPerMonth, 1},
    KnownUnit{"/year", Dimension::kMoneyPerMonth, kMonth / kYear},
    KnownUnit{"/kWh", Dimension::kMoneyPerEnergy, 1},
    KnownUnit{"/MWh", Dimension::kMoneyPerEnergy, 1e-3},
    KnownUnit{"/GWh", Dimension::kMoneyPerEnergy, 1e-6},
};

// What people write, in the reduced form below, and the unit that it is.
constexpr std::array kSpoken{
    std::pair{"gpuhour", "gpu_h"},
    std::pair{"gpuhr", "gpu_h"},
    std::pair{"gpuday", "gpu_day"},
    std::pair{"devicehour", "gpu_h"},
    std::pair{"hour", "h"},
    std::pair{"hr", "h"},
    std::pair{"second", "s"},
    std::pair{"sec", "s"},
    std::pair{"minute", "min"},
    std::pair{"yr", "year"},
    std::pair{"tok", "token"},
    std::pair{"parameter", "param"},
    std::pair{"weight", "param"},
    std::pair{"byte", "B"},
    std::pair{"joule", "J"},
    std::pair{"watt", "W"},
    std::pair{"watthour", "Wh"},
    std::pair{"kilowatthour", "kWh"},
    std::pair{"percent", "%"},
    std::pair{"time", "x"},
    std::pair{"tco2", "tCO2e"},
    std::pair{"kgco2", "kgCO2e"},
    std::pair{"ton", "tCO2e"},
    std::pair{"tonne", "tCO2e"},
    std::pair{"dollar", "USD"},
    std::pair{"$", "USD"},
    std::pair{"us$", "USD"},
    std::pair{"euro", "EUR"},
    std::pair{"yen", "JPY"},
    std::pair{"yuan", "CNY"},
    std::pair{"rmb", "CNY"},
    std::pair{"usd/hour", "USD/gpu_h"},
    std::pair{"usd/h", "USD/gpu_h"},
    std::pair{"usd/gpuhour", "USD/gpu_h"},
    std::pair{"usd/1ktoken", "USD/ktoken"},
    std::pair{"usd/1mtoken", "USD/Mtoken"},
    std::pair{"card", "gpu"},
    std::pair{"device", "gpu"},
    std::pair{"tflop", "TFLOP/s"},
    std::pair{"pflop", "PFLOP/s"},
    std::pair{"pfday", "PFLOP/s_day"},
    std::pair{"petaflop/sday", "PFLOP/s_day"},
};

// Lower case, without separators and a plural's s: "GPU-Hours" and "gpu_hour" are "gpuhour".
std::string reduced(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const bool separates = letter == '_' || letter == '-' || letter == ' ' || letter == '.';
    if (!separates) out += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  constexpr size_t kShortest = 3;  // "s" and "ms" are no plurals
  if (out.size() >= kShortest && out.back() == 's' && out[out.size() - 2] != '/') out.pop_back();
  return out;
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const KnownUnit& row : kUnits) names.emplace_back(row.unit);
  for (const KnownUnit& row : kMoneyUnits) names.push_back(fmt::format("USD{}", row.unit));
  return names;
}

size_t shared_beginning(std::string_view a, std::string_view b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<size_t>(end - a.begin());
}

}  // namespace

std::span<const KnownUnit> known_units() { return kUnits; }

std::span<const KnownUnit> money_units() { return kMoneyUnits; }

std::vector<std::string> near_units(std::string_view text) {
  constexpr size_t kMost = 3;
  constexpr size_t kLongest = 40;  // a hostile text is like nothing
  constexpr size_t kAlike = 3;     // letters at the beginning
  if (text.empty() || text.size() > kLongest) return {};
  const std::string word = reduced(text);
  std::vector<std::string> near;
  for (const std::string& name : all_names()) {
    if (reduced(name) == word) near.push_back(name);
  }
  for (const auto& [spoken, unit] : kSpoken) {
    if (word == spoken) near.emplace_back(unit);
  }
  if (near.empty()) {
    near = all_names();
    const auto likeness = [&](const std::string& name) {
      return shared_beginning(reduced(name), word);
    };
    std::erase_if(near, [&](const std::string& name) { return likeness(name) < kAlike; });
    std::ranges::stable_sort(near, std::greater<>(), likeness);
  }
  if (near.size() > kMost) near.resize(kMost);
  return near;
}

}  // namespace assay

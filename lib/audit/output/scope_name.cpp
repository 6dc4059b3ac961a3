#include "audit/output/scope_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace assay::audit {
namespace {

using namespace std::string_view_literals;

constexpr std::array kJapaneseScopes{std::pair{"final-run"sv, "最終学習"sv},
                                     std::pair{"context-extension"sv, "文脈長の拡張"sv},
                                     std::pair{"post-training"sv, "事後学習"sv},
                                     std::pair{"RL"sv, "強化学習"sv},
                                     std::pair{"failed-runs"sv, "失敗した実行"sv},
                                     std::pair{"ablations"sv, "検討実験"sv},
                                     std::pair{"data-synthesis"sv, "データ合成"sv},
                                     std::pair{"staff"sv, "人件費"sv},
                                     std::pair{"capex"sv, "設備投資"sv},
                                     std::pair{"energy"sv, "電力"sv},
                                     std::pair{"inference"sv, "推論"sv},
                                     std::pair{"hardware"sv, "ハードウェア"sv},
                                     std::pair{"margin"sv, "事業者の利益"sv}};

}  // namespace

std::string scope_name(Language language, std::string_view dimension) {
  if (language != Language::kJapanese) return std::string(dimension);
  const auto* const found = std::find_if(kJapaneseScopes.begin(), kJapaneseScopes.end(),
                                         [&](const auto& one) { return one.first == dimension; });
  return std::string(found == kJapaneseScopes.end() ? dimension : found->second);
}

std::string scope_names(Language language, const std::vector<std::string>& dimensions) {
  std::vector<std::string> names;
  names.reserve(dimensions.size());
  for (const std::string& one : dimensions) names.push_back(scope_name(language, one));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace assay::audit

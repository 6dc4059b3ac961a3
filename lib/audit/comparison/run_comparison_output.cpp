#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audit/comparison/run_comparison.h"
#include "audit/output/interval_ends.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "audit/output/text_width.h"

namespace assay::audit {
namespace {

using RunJson = nlohmann::ordered_json;

RunJson seed_mean_json(const SeedMean& value) {
  return {{"value", value.mean},
          {"low", value.interval ? RunJson(value.interval->low) : RunJson(nullptr)},
          {"high", value.interval ? RunJson(value.interval->high) : RunJson(nullptr)},
          {"level", value.interval ? RunJson(0.9) : RunJson(nullptr)}};
}

std::string seed_mean_text(const SeedMean& value, int digits) {
  std::string text = readable_text(value.mean, digits);
  if (value.interval) {
    text += fmt::format(" ({})", ends_text(value.interval->low, value.interval->high, digits));
  }
  return text;
}

// What a ratio allows to say: nothing of one seed, nothing where the interval holds 1.
std::string_view conclusion_of(const SeedMean& ratio) {
  if (!ratio.interval) return "one_seed";
  if (ratio.interval->high < 1) return "cheaper";
  if (ratio.interval->low > 1) return "dearer";
  return "not_told_apart";
}

RunJson setting_ratio_json(const RunComparison& comparison, const SettingRatio& ratio) {
  return {{"setting", comparison.settings[ratio.setting].name},
          {"over", comparison.settings.front().name},
          {"loss_nats_per_token", ratio.loss},
          {"device_time", seed_mean_json(ratio.device_seconds)},
          {"tokens", seed_mean_json(ratio.tokens)},
          {"conclusion", conclusion_of(ratio.device_seconds)}};
}

std::string setting_text(const RunComparison& comparison, const ComparedSetting& setting,
                         Language language) {
  std::string out = fmt::format("  {}\n    {}\n", printable(setting.name),
                                say(language, "runs_setting", setting.runs.size(),
                                    fmt::format("{}", fmt::join(setting.seeds, ", ")),
                                    readable_text(static_cast<double>(setting.num_parameters), 4)));
  out += fmt::format("    {}: {} s; {}: {}", wording(language, "runs_device_time"),
                     seed_mean_text(setting.device_seconds, 4), wording(language, "runs_tokens"),
                     seed_mean_text(setting.tokens, 4));
  if (setting.money) {
    out += fmt::format("; {} {}", readable_text(*setting.money, 3), comparison.currency);
  }
  return out + "\n";
}

std::string ratio_text(const RunComparison& comparison, const SettingRatio& ratio,
                       Language language) {
  const std::string name = printable(comparison.settings[ratio.setting].name);
  const std::string first = printable(comparison.settings.front().name);
  return fmt::format(
      "  {}\n", say(language, fmt::format("runs_{}", conclusion_of(ratio.device_seconds)), name,
                    first, readable_text(ratio.loss, 4), seed_mean_text(ratio.device_seconds, 3),
                    seed_mean_text(ratio.tokens, 3)));
}

}  // namespace

nlohmann::ordered_json run_comparison_json(const RunComparison& comparison) {
  RunJson settings = RunJson::array();
  for (const ComparedSetting& setting : comparison.settings) {
    settings.push_back({{"setting", setting.name},
                        {"runs", setting.runs},
                        {"seeds", setting.seeds},
                        {"parameters", setting.num_parameters},
                        {"device_s", seed_mean_json(setting.device_seconds)},
                        {"tokens", seed_mean_json(setting.tokens)},
                        {"money", setting.money ? RunJson(*setting.money) : RunJson(nullptr)}});
  }
  RunJson ratios = RunJson::array();
  for (const SettingRatio& one : comparison.ratios) {
    ratios.push_back(setting_ratio_json(comparison, one));
  }
  RunJson others = RunJson::array();
  for (const SettingRatio& one : comparison.others) {
    others.push_back(setting_ratio_json(comparison, one));
  }
  RunJson notes = RunJson::array();
  for (const std::string& note : comparison.notes)
    notes.push_back(wording(Language::kEnglish, note));
  return {
      {"schema_version", 1},
      {"device", comparison.device},
      {"measured_on", comparison.measured_on},
      {"loss_nats_per_token", comparison.loss},
      {"currency", comparison.currency.empty() ? RunJson(nullptr) : RunJson(comparison.currency)},
      {"settings", std::move(settings)},
      {"ratios", std::move(ratios)},
      {"at_other_losses", std::move(others)},
      {"notes", std::move(notes)}};
}

std::string run_comparison_text(const RunComparison& comparison, Language language) {
  std::string out = say(language, "runs_heading", readable_text(comparison.loss, 4),
                        printable(comparison.measured_on), printable(comparison.device)) +
                    "\n";
  for (const ComparedSetting& setting : comparison.settings) {
    out += setting_text(comparison, setting, language);
  }
  for (const SettingRatio& one : comparison.ratios) out += ratio_text(comparison, one, language);
  for (const SettingRatio& one : comparison.others) out += ratio_text(comparison, one, language);
  for (const std::string& note : comparison.notes) {
    out += fmt::format("  {}\n", wording(language, note));
  }
  return out + fmt::format("  {}\n", wording(language, "runs_left_out"));
}

}  // namespace assay::audit

#include "cost/run_prices.h"

#include <fmt/format.h>

#include "error/error.h"
#include "units/measure.h"

namespace assay {

Sourced<HourlyPrice> parse_rent(std::string_view text, std::string_view source,
                                Provenance provenance) {
  const Measure measure = parse_measure(text);
  if (measure.dimension != Dimension::kMoneyPerGpuHour || measure.value < 0) {
    throw DataError(fmt::format(
        "[cost] not a price of a device-hour: \"{}\" from {} (\"0.10 USD/gpu_h\" is one)", text,
        source));
  }
  HourlyPrice price{.per_gpu_hour = {measure.value, measure.currency, ""}};
  return {price, std::nullopt, provenance, std::string(source)};
}

Sourced<Money> parse_energy_price(std::string_view text, std::string_view source,
                                  Provenance provenance) {
  const Measure measure = parse_measure(text);
  if (measure.dimension != Dimension::kMoneyPerEnergy || measure.value < 0) {
    throw DataError(fmt::format(
        "[cost] not a price of energy: \"{}\" from {} (\"0.15 USD/kWh\" is one)", text, source));
  }
  return {{measure.value, measure.currency, ""}, std::nullopt, provenance, std::string(source)};
}

Sourced<Watts> parse_node_overhead(std::string_view text, std::string_view source,
                                   Provenance provenance) {
  const Measure measure = parse_measure(text);
  if (measure.dimension != Dimension::kPower || measure.value < 0) {
    throw DataError(
        fmt::format("[cost] not a power: \"{}\" from {} (\"250 W\" is one)", text, source));
  }
  return {Watts(measure.value), std::nullopt, provenance, std::string(source)};
}

std::optional<std::string> price_not_valid(const RunManifest& manifest) {
  const std::string day = manifest.started_utc.substr(0, std::string_view("YYYY-MM-DD").size());
  const std::string& from = manifest.price_valid_from;
  const std::string& to = manifest.price_valid_to;
  // Days are compared as text: the form is YYYY-MM-DD on both sides.
  if (day.empty() || ((from.empty() || from <= day) && (to.empty() || day <= to))) {
    return std::nullopt;
  }
  return fmt::format("valid {}{}{}{}, the run began on {}", from.empty() ? "" : "from " + from,
                     from.empty() || to.empty() ? "" : " ", to.empty() ? "" : "to ", to, day);
}

std::optional<Sourced<HourlyPrice>> rent_of(const RunManifest& manifest) {
  if (manifest.price_text.empty()) return std::nullopt;
  std::string source = manifest.price_source.empty() ? "the run's config" : manifest.price_source;
  if (const auto why = price_not_valid(manifest)) source += " (" + *why + ")";
  return parse_rent(manifest.price_text, source,
                    manifest.price_sheet.empty() ? Provenance::kAssumed : Provenance::kQuoted);
}

}  // namespace assay

#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

void add_run(size_t index, const RunEfficiency& efficiency, SectionBuilder& section) {
  if (efficiency.ceiling) {
    const RateCeiling& ceiling = *efficiency.ceiling;
    section.number(index, "ceiling", ceiling.rate.value(), "FLOP/s",
                   fmt::format("{}; {}", ceiling.name, section.say_phrase(ceiling.source)),
                   ceiling.is_peak ? Provenance::kQuoted : Provenance::kMeasured);
  } else {
    section.number(index, "ceiling", std::nullopt, "FLOP/s",
                   section.say_phrase(efficiency.unavailable));
  }
  for (const Utilisation& row : efficiency.conventions) {
    const std::string convention(to_string(row.convention));
    if (row.share) {
      const char* kind = efficiency.ceiling->is_peak ? "utilisation" : "share";
      section.number(index, fmt::format("{}.{}", kind, convention), row.share, "share",
                     efficiency.ceiling->name, Provenance::kDerived);
    }
    section.number(index, "achieved." + convention, row.achieved.value(), "FLOP/s", {},
                   Provenance::kDerived);
  }
  if (efficiency.fp8) {
    section.number(index, "share.fp8_peak", efficiency.fp8->share, "share",
                   fmt::format("exact_causal, {}; {}", efficiency.fp8->name,
                               section.say_phrase(efficiency.fp8->source)),
                   Provenance::kDerived);
  }
  if (!efficiency.hardware) return;
  const HardwareUtilisation& hardware = *efficiency.hardware;
  const std::string setting = fmt::format("recompute = {}", to_string(hardware.recompute));
  if (hardware.share) {
    section.number(index, efficiency.ceiling->is_peak ? "utilisation.hardware" : "share.hardware",
                   hardware.share, "share", setting, Provenance::kDerived);
  }
  section.number(index, "achieved.hardware", hardware.achieved.value(), "FLOP/s", setting,
                 Provenance::kDerived);
}

}  // namespace

Section utilisation_section(const ReportInput& input) {
  SectionBuilder section("utilisation", input.runs.size(), input.language);
  section.section().intro = section.say("utilisation.intro");
  for (size_t i = 0; i < input.runs.size(); ++i) {
    add_run(i, input.runs[i].efficiency, section);
  }
  return section.take();
}

}  // namespace assay::report

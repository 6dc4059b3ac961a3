#include "audit/rules/usual_share.h"

#include <optional>

#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

/// The peak of the stated, narrower precision with the share of it.
struct NarrowShare {
  std::string peak;
  double value;
};

std::optional<NarrowShare> usual_of_narrow_peak(const RuleContext& context, const ClaimPart& part,
                                                double mfu, const Peak& peak, const Band& band) {
  const std::string precision = context.precision(part);
  if (precision.empty() || mfu <= band.high) return std::nullopt;
  const std::optional<Peak> narrow = highest_peak(context, context.device(part), precision);
  if (!narrow || narrow->term.value <= peak.term.value) return std::nullopt;
  const double share = mfu * peak.term.value / narrow->term.value;
  if (share < band.low || share > band.high) return std::nullopt;
  return NarrowShare{narrow->name, share};
}

}  // namespace

std::pair<CheckResult, std::string> usual_share(const RuleContext& context, const ClaimPart& part,
                                                double mfu, bool inside,
                                                const std::string& convention, const Peak& peak,
                                                const Band& band) {
  const std::string low = percent_text(band.low);
  const std::string high = percent_text(band.high);
  const std::string value = percent_text(mfu);
  if (const auto narrow = usual_of_narrow_peak(context, part, mfu, peak, band)) {
    return {CheckResult::kPass, context.say("mfu_inside_narrow", value, convention, peak.name,
                                            percent_text(narrow->value), narrow->peak, low, high)};
  }
  return {
      inside ? CheckResult::kPass : CheckResult::kFlag,
      context.say(inside ? "mfu_inside" : "mfu_outside", value, convention, peak.name, low, high)};
}

}  // namespace assay::audit

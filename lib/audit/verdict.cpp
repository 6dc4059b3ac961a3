#include "audit/verdict.h"

namespace assay {

std::string_view to_string(Label label) {
  switch (label) {
    case Label::kReproduced:
      return "reproduced";
    case Label::kPlausible:
      return "plausible";
    case Label::kInconsistent:
      return "inconsistent";
    case Label::kUnverifiable:
      break;
  }
  return "unverifiable";
}

std::string_view to_string(CheckKind kind) {
  switch (kind) {
    case CheckKind::kIdentity:
      return "identity";
    case CheckKind::kPhysics:
      return "physics";
    case CheckKind::kMeasurement:
      return "measurement";
    case CheckKind::kPrice:
      return "price";
    case CheckKind::kPower:
      return "power";
    case CheckKind::kScope:
      return "scope";
    case CheckKind::kProvenance:
      break;
  }
  return "provenance";
}

std::string_view to_string(CheckResult result) {
  switch (result) {
    case CheckResult::kPass:
      return "pass";
    case CheckResult::kFlag:
      return "flag";
    case CheckResult::kFail:
      return "fail";
    case CheckResult::kNotApplicable:
      break;
  }
  return "n/a";
}

}  // namespace assay
